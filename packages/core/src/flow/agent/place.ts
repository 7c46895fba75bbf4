import { UsageError } from '../../errors/index.ts';
import { ambient } from '../../execution/execution.ts';
import { show } from '../duration.ts';
import { isInExecution } from '../here.ts';
import { isName } from '../options.ts';

/** What a call of a wrapped agent brings that belongs to an execution of its own. */
interface OfItsOwn {
  readonly id: string | undefined;
  readonly budget: unknown;
}

/** Whether a call of an agent is an execution of its own: outside of all others, or, with an id, in a process that is one. */
export function opensExecution(id: string | undefined): boolean {
  return !isInExecution() || (id !== undefined && ambient.getStore() === undefined);
}

/** Refuses what names no execution. `null` is more likely an id that was not found than the wish for a new execution. */
export function checkAgentId(name: string, id: unknown): void {
  const verdict = id === undefined || isName(id);
  if (verdict === true) return;
  throw new UsageError(
    `Option 'id' of a call of agent '${name}' must be ${verdict}; it was ${show(id)}. Leave it out for a new execution.`,
  );
}

/** Refuses what an agent cannot have where its call is a part of another execution. */
export function checkPart(name: string, { id, budget }: OfItsOwn): void {
  if (budget && ambient.getStore() === undefined) {
    throw new UsageError(
      `Agent '${name}' has a budget of its own, and this process is one execution. Name the call, so that it is one of ` +
        "its own, with { id: '…' }, or give the budget to the process: REPRISE_BUDGET=2.50, or configure({ budget }).",
    );
  }
  if (budget) {
    throw new UsageError(
      `Agent '${name}' has a budget of its own and was called in a flow. There it is a part of the flow's execution: give ` +
        "the budget to that, flow('name', …, { budget }), or call the agent in a smaller flow that has one.",
    );
  }
  if (id !== undefined) {
    throw new UsageError(
      `Agent '${name}' was called in a flow with the id '${id}'. In a flow it is a part of the flow's execution, and ` +
        "takes no id of its own: leave it out, or start the flow with it: start(input, { id: '…' }).",
    );
  }
}

/** Refuses to go on with an execution that is not the agent's. */
export function checkAgentOf(name: string, { id, flow }: { readonly id: string; readonly flow: string }): void {
  if (flow === name) return;
  throw new UsageError(`Execution ${id} belongs to '${flow}', and agent '${name}' was to go on with it.`);
}
