import { UnknownFlowError } from '../../errors/index.ts';
import type { Launch } from '../../execution/launch.ts';
import type { Engine } from '../../flow/engine.ts';
import type { FlowHandle } from '../../flow/flow.ts';
import { refuseWhenOff } from '../../flow/off.ts';
import { checkId } from '../../flow/options.ts';
import { pricingOf } from '../priced.ts';
import { resumeRoot } from '../resume.ts';
import { checkReplayOptions, type ReplayOptions } from './options.ts';
import { planOf, type ReplayPlan } from './plan.ts';
import { isProcess, writeReplay } from './prepare.ts';
import { readSource } from './source.ts';

/** A replay that was written, and not started. */
export interface PreparedReplay {
  readonly id: string;
  readonly plan: ReplayPlan;
  /** How the process is started that runs it, with the environment variable REPRISE_EXECUTION set to the id. */
  readonly launch: Launch;
}

export async function replay(engine: Engine, id: string, options: ReplayOptions): Promise<FlowHandle<unknown>> {
  checkId(id);
  checkReplayOptions(options, 'executions.replay');
  refuse(id);
  const context = await engine.context();
  const source = await readSource(context, id, options);
  checkRunnable(engine, source.origin.flow, id);
  return resumeRoot(engine, context, await writeReplay(context, source, options));
}

export async function planReplay(engine: Engine, id: string, options: ReplayOptions): Promise<ReplayPlan> {
  checkId(id);
  checkReplayOptions(options, 'executions.planReplay');
  const context = await engine.context();
  return planOf(context, await readSource(context, id, options), await pricingOf(engine));
}

export async function prepareReplay(engine: Engine, id: string, options: ReplayOptions): Promise<PreparedReplay> {
  checkId(id);
  checkReplayOptions(options, 'executions.prepareReplay');
  refuse(id);
  const context = await engine.context();
  const source = await readSource(context, id, options);
  const plan = await planOf(context, source, await pricingOf(engine));
  const head = await writeReplay(context, source, options);
  return { id: head.id, plan, launch: head.launch };
}

function refuse(id: string): void {
  refuseWhenOff(`execution ${id} cannot be replayed`);
}

/** Refuses what this process cannot run, before anything is written. */
function checkRunnable(engine: Engine, flow: string, id: string): void {
  try {
    engine.flow(flow);
  } catch (error) {
    if (!UnknownFlowError.isInstance(error)) throw error;
    const what = isProcess(flow)
      ? `Execution ${id} is a whole process (${flow.slice('process '.length)}), which cannot be run inside of another one.`
      : error.message;
    throw new UnknownFlowError(
      flow,
      `${what} executions.prepareReplay('${id}', …) writes the replay and tells how to start it.`,
    );
  }
}
