import type { EngineContext } from '../execution/context.ts';
import type { Head } from '../execution/head.ts';
import type { Engine } from '../flow/engine.ts';
import { type FlowHandle, handleOf, type StartOptions } from '../flow/flow.ts';
import { startExecution } from '../flow/run.ts';

/** Goes on with an execution that has no parent. */
export async function resumeRoot(
  engine: Engine,
  context: EngineContext,
  head: Head,
  { takeover = false, retell = false }: Pick<StartOptions, 'takeover' | 'retell'> = {},
): Promise<FlowHandle<unknown>> {
  const { name: flow, policy, program } = engine.flow(head.flow);
  const started = await startExecution(context, { id: head.id, flow, policy, takeover, retell }, program);
  return handleOf(engine, started);
}
