import type { Pricing } from '../../cost/price.ts';
import type { EngineContext } from '../../execution/context.ts';
import type { Head } from '../../execution/head.ts';
import { requireHead } from '../../execution/head.ts';
import { findOrigin } from '../../execution/origin.ts';
import type { ExecutionStatus } from '../../execution/status.ts';
import { statusOf } from '../../execution/status.ts';
import type { Engine } from '../../flow/engine.ts';
import { checkId } from '../../flow/options.ts';
import { History } from '../../identity/history.ts';
import type { CallKind, OverrideKind } from '../../journal/records.ts';
import { JournalView } from '../../journal/view.ts';
import { type NamedCall, nameCalls } from '../paths.ts';
import { NOTHING, type Priced, priceCalls, pricingOf, type Spent, sumSpent } from '../priced.ts';
import type { CallStatus } from '../records.ts';
import { align, type Pair } from './align.ts';
import { diffValues, type ValueDiff } from './values.ts';

/** The second of two things less the first; missing where one of them is not known. */
export interface Delta {
  readonly milliseconds: number | undefined;
  readonly tokens: number | undefined;
  readonly nanoUsd: number | undefined;
}

/** One of two executions. */
export interface DiffSide {
  readonly id: string;
  readonly flow: string;
  readonly status: ExecutionStatus;
  readonly calls: number;
  /** How long its outermost calls took together, those that were kept included, and waits left out. */
  readonly milliseconds: number;
  /** What its calls have cost, those that were kept included. */
  readonly cost: Spent;
  /** What was made, and paid for, in this very execution. */
  readonly paid: Spent;
}

/** A call as one of the two executions has it. */
export interface CallSide {
  readonly id: string;
  readonly path: string;
  readonly status: CallStatus;
  readonly milliseconds: number | undefined;
  readonly tokens: number;
  /** Missing where the price is not known; 0 of what costs nothing. */
  readonly nanoUsd: number | undefined;
  readonly keptFrom: string | undefined;
  readonly overridden: OverrideKind | undefined;
}

/** Two calls that stand in the same place, or one that the other execution does not have. */
export interface CallDiff {
  readonly path: string;
  readonly kind: CallKind;
  readonly name: string;
  readonly is: 'same' | 'changed' | 'only-a' | 'only-b';
  readonly a: CallSide | undefined;
  readonly b: CallSide | undefined;
  readonly input: ValueDiff | undefined;
  /** Of the values, or the errors, with which they ended. */
  readonly output: ValueDiff | undefined;
  readonly delta: Delta | undefined;
}

/** Two executions side by side. */
export interface ExecutionDiff {
  readonly a: DiffSide;
  readonly b: DiffSide;
  readonly lineage: 'b-replays-a' | 'a-replays-b' | 'siblings' | 'none';
  /** Input, calls and result are the same. */
  readonly isSame: boolean;
  readonly input: ValueDiff | undefined;
  readonly result: ValueDiff | undefined;
  readonly calls: readonly CallDiff[];
  /** Where in `calls` the first one stands that differs. */
  readonly first: number | undefined;
  readonly delta: Delta;
}

/** An execution, read for a comparison. */
interface Side {
  readonly head: Head;
  readonly view: JournalView;
  readonly calls: ReadonlyMap<string, NamedCall>;
  readonly prices: ReadonlyMap<string, Priced>;
  readonly input: unknown;
  /** What it ended with, or the error. */
  readonly result: unknown;
}

export async function diffExecutions(engine: Engine, idOfA: string, idOfB: string): Promise<ExecutionDiff> {
  checkId(idOfA);
  checkId(idOfB);
  const context = await engine.context();
  const pricing = await pricingOf(engine);
  const a = await readSide(context, idOfA, pricing);
  const b = await readSide(context, idOfB, pricing);
  const calls: CallDiff[] = [];
  for (const pair of align(a.calls, b.calls)) calls.push(await diffCalls(a, b, pair));
  const input = await diffValues(a.input, b.input);
  const result = await diffValues(a.result, b.result);
  const first = calls.findIndex(({ is }) => is !== 'same');
  const [sideA, sideB] = [sideOf(context, a), sideOf(context, b)];
  return {
    a: sideA,
    b: sideB,
    lineage: lineageOf(a.head, b.head),
    isSame: !input && !result && first === -1,
    input,
    result,
    calls,
    first: first === -1 ? undefined : first,
    delta: {
      milliseconds: sideB.milliseconds - sideA.milliseconds,
      tokens: sideB.cost.tokens - sideA.cost.tokens,
      nanoUsd: sideA.cost.unpriced + sideB.cost.unpriced > 0 ? undefined : sideB.cost.nanoUsd - sideA.cost.nanoUsd,
    },
  };
}

async function readSide(context: EngineContext, id: string, pricing: Pricing): Promise<Side> {
  const head = await requireHead(context, id);
  const view = await JournalView.open(context.store, context.seal, id, head.segments);
  const calls = nameCalls(new History(view.records));
  const prices = await priceCalls(context, id, calls, pricing);
  const input = await view.load(findOrigin(view).input);
  let result: unknown;
  for (const { head: record, value } of view.records) if (record.t === 'end') result = await view.load(value);
  return { head, view, calls, prices, input, result };
}

async function diffCalls(a: Side, b: Side, pair: Pair): Promise<CallDiff> {
  const { path, entry } = (pair.b ?? pair.a) as NamedCall;
  const { kind, name } = entry.start;
  const [x, y] = [pair.a && callSide(a, pair.a), pair.b && callSide(b, pair.b)];
  const base = { path, kind, name, a: x, b: y };
  if (!x || !y || !pair.a || !pair.b) {
    return { ...base, is: x ? 'only-a' : 'only-b', input: undefined, output: undefined, delta: undefined };
  }
  const input = await diffValues(await a.view.load(pair.a.entry.input), await b.view.load(pair.b.entry.input));
  const output = await diffValues(await outcome(a, pair.a), await outcome(b, pair.b));
  const is = input || output || x.status !== y.status ? 'changed' : 'same';
  const delta = {
    milliseconds: minus(y.milliseconds, x.milliseconds),
    tokens: minus(y.tokens, x.tokens),
    nanoUsd: minus(y.nanoUsd, x.nanoUsd),
  };
  return { ...base, is, input, output, delta };
}

function outcome({ view }: Side, { entry: { end, value } }: NamedCall): Promise<unknown> {
  return end ? view.load(value) : Promise.resolve(undefined);
}

function minus(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}

function callSide({ prices }: Side, { id, path, entry: { start, end } }: NamedCall): CallSide {
  // What is no model call, or was not made, costs nothing.
  const { tokens, nanoUsd, unpriced } = prices.get(id)?.spent ?? NOTHING;
  return {
    id,
    path,
    status: end ? (end.ok ? 'completed' : 'failed') : 'begun',
    milliseconds: end?.milliseconds,
    tokens,
    nanoUsd: unpriced === 0 ? nanoUsd : undefined,
    keptFrom: start.source,
    overridden: start.override,
  };
}

function sideOf(context: EngineContext, { head, calls, prices }: Side): DiffSide {
  const all = [...calls.values()];
  const spent = (of: readonly NamedCall[]) => sumSpent(of.flatMap(({ id }) => prices.get(id)?.spent ?? []));
  let milliseconds = 0;
  for (const { parent, entry } of all) {
    if (parent === undefined && entry.start.kind !== 'wait') milliseconds += entry.end?.milliseconds ?? 0;
  }
  return {
    id: head.id,
    flow: head.flow,
    status: statusOf(head, context.world),
    calls: all.length,
    milliseconds,
    cost: spent(all),
    paid: spent(all.filter(({ entry }) => entry.start.source === undefined)),
  };
}

function lineageOf(a: Head, b: Head): ExecutionDiff['lineage'] {
  if (b.replay?.of === a.id) return 'b-replays-a';
  if (a.replay?.of === b.id) return 'a-replays-b';
  return a.replay && a.replay.of === b.replay?.of ? 'siblings' : 'none';
}
