import type { CorruptRecordError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import type { Head } from '../execution/head.ts';
import { requireHead } from '../execution/head.ts';
import type { ExecutionStatus } from '../execution/status.ts';
import { cancelExecution } from '../flow/cancel.ts';
import type { Engine } from '../flow/engine.ts';
import type { FlowHandle, StartOptions } from '../flow/flow.ts';
import { refuseWhenOff } from '../flow/off.ts';
import { type Check, checkId, checkOptions, isFlag, isFunction, isText, oneOf, wholeFrom } from '../flow/options.ts';
import { deleteExecution } from './delete.ts';
import type { ExecutionDiff } from './diff/diff.ts';
import type { ExecutionRecord, ExecutionSummary } from './records.ts';
import type { ReplayOptions } from './replay/options.ts';
import type { ReplayPlan } from './replay/plan.ts';
import type { PreparedReplay } from './replay/replay.ts';
import { resumeRoot } from './resume.ts';
import type { ExecutionExport } from './transfer.ts';
import { allHeads, readExecution, summarize, warnOfDamaged } from './view.ts';
import { type WatchEvent, type WatchOptions, watchExecution } from './watch.ts';

/** Which executions to list. */
export interface ListOptions {
  readonly flow?: string;
  readonly status?: ExecutionStatus;
  /** Children of this execution; without it, only executions that have no parent. */
  readonly parent?: string;
  /** @default 100 */
  readonly limit?: number;
  /** Is told of each execution whose status is damaged; the others are listed. @default a warning of the process */
  readonly onDamaged?: (error: CorruptRecordError) => void;
}

/** What one does with executions from outside. */
export interface Executions {
  /** The newest first. Reads the head of every execution in the store. */
  list(options?: ListOptions): Promise<ExecutionSummary[]>;
  get(id: string): Promise<ExecutionRecord>;
  /** What there is, and then what is added, until the execution is completed, failed or cancelled. */
  watch(id: string, options?: WatchOptions): AsyncIterable<WatchEvent>;
  /** Goes on with an execution whose flow this process has defined. Of a child, with the execution it belongs to. */
  resume(id: string, options?: Pick<StartOptions, 'takeover' | 'retell'>): Promise<FlowHandle<unknown>>;
  /**
   * Makes a new execution out of one that has ended or stopped, with a part of it kept and something changed, and
   * runs it. The flow must be defined in this process. The source stays as it is.
   */
  replay(id: string, options?: ReplayOptions): Promise<FlowHandle<unknown>>;
  /** What a replay would do: what is kept, what is made again, and what that may cost. Writes nothing. */
  planReplay(id: string, options?: ReplayOptions): Promise<ReplayPlan>;
  /**
   * Writes a replay and does not start it: for a flow of another process, or for a whole process. `resume` starts it
   * where the flow is defined; a process, the command in `launch` with REPRISE_EXECUTION set to the new id. Until
   * then its status is `crashed`, as of whatever has nobody who works on it.
   */
  prepareReplay(id: string, options?: ReplayOptions): Promise<PreparedReplay>;
  /** Two executions side by side, call by call: what differs, and by how much time, tokens and money. */
  diff(a: string, b: string): Promise<ExecutionDiff>;
  /** Ends it: at once where nobody runs it, else as soon as its process sees the request. */
  cancel(id: string, options?: { readonly reason?: string; readonly by?: string }): Promise<void>;
  /** Removes it with its children and all that it stored. Not while it runs. */
  delete(id: string): Promise<void>;
  /** All that is stored of it, as plain JSON data; encryption is taken off. */
  export(id: string): Promise<ExecutionExport>;
  /** Stores what was exported under the same ids, which must be free here. */
  import(data: ExecutionExport): Promise<void>;
}

const STATUSES = ['running', 'waiting', 'completed', 'failed', 'cancelled', 'crashed'];
const LIST_CHECKS = {
  flow: isText,
  status: oneOf(...STATUSES),
  parent: isText,
  limit: wholeFrom(1),
  onDamaged: isFunction,
};

export function createExecutions(engine: Engine): Executions {
  return {
    async list(options = {}) {
      checkOptions(options, 'executions.list', LIST_CHECKS);
      const context = await engine.context();
      const found: ExecutionSummary[] = [];
      for await (const head of allHeads(context, options.onDamaged ?? warnOfDamaged)) {
        const summary = summarize(context, head);
        if (isWanted(summary, options)) found.push(summary);
      }
      found.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
      return found.slice(0, options.limit ?? 100);
    },

    async get(id) {
      checkId(id);
      return readExecution(await engine.context(), id);
    },

    async *watch(id, options = {}) {
      checkId(id);
      checkOptions(options, 'executions.watch', { signal: isSignal, interval: wholeFrom(1) });
      yield* watchExecution(await engine.context(), id, options);
    },

    async resume(id, options = {}) {
      checkId(id);
      checkOptions(options, 'executions.resume', { takeover: isFlag, retell: isFlag });
      refuseWhenOff(`execution ${id} cannot go on`);
      const context = await engine.context();
      const head = await rootOf(context, id);
      return resumeRoot(engine, context, head, options);
    },

    // What most processes never ask for is not loaded before they do.
    replay: async (id, options = {}) => (await import('./replay/replay.ts')).replay(engine, id, options),
    planReplay: async (id, options = {}) => (await import('./replay/replay.ts')).planReplay(engine, id, options),
    prepareReplay: async (id, options = {}) => (await import('./replay/replay.ts')).prepareReplay(engine, id, options),
    diff: async (a, b) => (await import('./diff/diff.ts')).diffExecutions(engine, a, b),

    async cancel(id, options = {}) {
      checkId(id);
      checkOptions(options, 'executions.cancel', { reason: isText, by: isText });
      await requireHead(await engine.context(), id);
      await cancelExecution(engine, id, options);
    },

    async delete(id) {
      checkId(id);
      await deleteExecution(await engine.context(), id);
    },

    async export(id) {
      checkId(id);
      const { exportExecution } = await import('./transfer.ts');
      return exportExecution(await engine.context(), id);
    },

    async import(data) {
      const { importExecution } = await import('./transfer.ts');
      await importExecution(await engine.context(), data);
    },
  };
}

const isSignal: Check = (value) => value instanceof AbortSignal || 'an AbortSignal';

function isWanted(summary: ExecutionSummary, { flow, status, parent }: ListOptions): boolean {
  return (
    (flow === undefined || summary.flow === flow) &&
    (status === undefined || summary.status === status) &&
    summary.parent === parent
  );
}

async function rootOf(context: EngineContext, id: string): Promise<Head> {
  let head = await requireHead(context, id);
  while (head.parent !== undefined) head = await requireHead(context, head.parent);
  return head;
}
