import { StateError, UsageError } from '../../errors/index.ts';
import type { EngineContext } from '../../execution/context.ts';
import { type Head, isHeld, requireHead } from '../../execution/head.ts';
import { findOrigin } from '../../execution/origin.ts';
import type { Entry } from '../../identity/entry.ts';
import { History } from '../../identity/history.ts';
import type { JournalRecord, Origin } from '../../journal/records.ts';
import { JournalView } from '../../journal/view.ts';
import { type NamedCall, nameCalls } from '../paths.ts';
import { type Cut, cutHistory, endedBefore } from './cut.ts';
import type { Override, ReplayOptions } from './options.ts';
import { select } from './select.ts';

/** An override, and the call that it is about. */
export interface Target {
  readonly call: NamedCall;
  readonly override: Override;
  readonly selector: string;
}

/** An execution that is to be replayed, and what of it is kept. */
export interface Source {
  readonly id: string;
  readonly head: Head;
  readonly view: JournalView;
  readonly origin: Origin;
  readonly input: JournalRecord['input'];
  readonly history: History;
  readonly calls: ReadonlyMap<string, NamedCall>;
  readonly anchor: NamedCall | undefined;
  readonly targets: readonly Target[];
  readonly reuse: 'before' | 'unchanged';
  readonly cut: Cut;
}

export async function readSource(context: EngineContext, id: string, options: ReplayOptions): Promise<Source> {
  const head = await headAtRest(context, id);
  const view = await JournalView.open(context.store, context.seal, id, head.segments);
  const { origin, input } = findOrigin(view);
  const history = new History(view.records);
  const calls = nameCalls(history);
  const { reuse = 'before' } = options;

  const targets = Object.entries(options.overrides ?? {}).map(([selector, override]): Target => {
    const call = select(calls, selector, id);
    checkTarget(selector, call.entry, override);
    return { call, override, selector };
  });
  checkTwice(targets);
  const from = options.from === undefined ? undefined : select(calls, options.from, id);
  const anchor = from ?? first(targets);
  if (reuse === 'before') checkKept(history, targets, anchor);
  const made = [...targets.map(({ call }) => call.id), ...(anchor ? [anchor.id] : [])];
  const cut = cutHistory(history, calls, anchor?.entry, made, reuse);
  return { id, head, view, origin, input, history, calls, anchor, targets, reuse, cut };
}

/** The head of an execution that nobody works on. */
async function headAtRest(context: EngineContext, id: string): Promise<Head> {
  const { active, world } = context;
  const here = active.get(id);
  // What is recorded after its end was paid for as well.
  if (here?.execution.lifetime.isOver) await here.over;
  const head = await requireHead(context, id);
  const { status, owner, lease } = head;
  if (!active.has(id) && (status !== 'running' || !isHeld(owner, lease, world))) return head;
  throw new StateError(`Execution ${id} is running. Wait for its end, or cancel it first: executions.cancel('${id}').`);
}

/** The one that had seen the least when it began. */
function first(targets: readonly Target[]): NamedCall | undefined {
  const [earliest] = targets
    .map(({ call }) => call)
    .sort(({ entry: { start: a } }, { entry: { start: b } }) => a.seen - b.seen || a.turn - b.turn);
  return earliest;
}

function checkTarget(selector: string, { start: { kind, wait } }: Entry, override: Override): void {
  const refuse = (problem: string): never => {
    throw new UsageError(`The override of '${selector}' does not fit: ${problem}.`);
  };
  const isAnswer = 'answer' in override;
  if (wait?.sleep) refuse('it is a sleep, and time answers it');
  if (kind === 'wait' && !isAnswer) refuse('it is a wait, and takes { answer }');
  if (kind !== 'wait' && isAnswer) refuse(`it is a ${kind} call, and no wait: give its { output }`);
  if ('model' in override && override.model !== undefined && kind !== 'llm') {
    refuse(`it is a ${kind} call, and has no model`);
  }
}

function checkTwice(targets: readonly Target[]): void {
  for (const [i, { call, selector }] of targets.entries()) {
    const other = targets.slice(0, i).find((target) => target.call === call);
    if (other)
      throw new UsageError(`'${other.selector}' and '${selector}' are the same call; give one override for it.`);
  }
}

function checkKept(history: History, targets: readonly Target[], anchor: NamedCall | undefined): void {
  for (const { call, selector } of targets) {
    if (!endedBefore(history, call.entry, anchor?.entry)) continue;
    throw new UsageError(
      `'${selector}' had ended before '${anchor?.path}' began, so it is kept, and an override would change nothing. ` +
        `Replay from '${selector}', or with reuse: 'unchanged'.`,
    );
  }
}
