import { type Costs, createCosts } from './client/costs.ts';
import { createExecutions, type Executions } from './client/executions.ts';
import { recoverExecutions } from './client/recover.ts';
import { createWaits, type Waits } from './client/waits.ts';
import { defaultEngine, processExecution } from './flow/default-engine.ts';
import type { EngineOptions } from './flow/engine.ts';
import { createFlow, type Flow, type FlowHandle, type FlowOptions } from './flow/flow.ts';

/** Sets up the default engine. Must come before the first flow runs. */
export function configure(options: EngineOptions): void {
  defaultEngine.configure(options);
}

/**
 * Makes a durable flow of a function.
 *
 * @example
 * const agent = flow('agent', async (topic: string) => {
 *   const notes = await research(topic);
 *   return write(notes);
 * });
 * await agent('otters');
 */
export function flow<Input, Result>(
  name: string,
  program: (input: Input) => Promise<Result> | Result,
  options?: FlowOptions,
): Flow<Input, Awaited<Result>> {
  return createFlow(defaultEngine, name, program, options);
}

/** The executions of the default engine. */
export const executions: Executions = createExecutions(defaultEngine);

/** The waits of the default engine. */
export const waits: Waits = createWaits(defaultEngine);

/** What the executions of the default engine cost. */
export const costs: Costs = createCosts(defaultEngine);

/** Goes on with what this process's flows have left behind: crashed, answered, slept out. */
export function recover(): Promise<FlowHandle<unknown>[]> {
  return recoverExecutions(defaultEngine);
}

/** Waits for what runs, and gives back the store of the default engine. */
export async function close(): Promise<void> {
  await processExecution.end();
  await defaultEngine.close();
}
