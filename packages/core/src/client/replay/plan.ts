import type { Cost } from '../../cost/cost.ts';
import type { Pricing } from '../../cost/price.ts';
import type { EngineContext } from '../../execution/context.ts';
import type { CallKind, OverrideKind } from '../../journal/records.ts';
import type { NamedCall } from '../paths.ts';
import { type Priced, priceCalls, type Spent, sumSpent } from '../priced.ts';
import { endedBefore } from './cut.ts';
import type { Override } from './options.ts';
import type { Source } from './source.ts';

/** A call of the source. */
export interface PlannedCall {
  readonly id: string;
  readonly path: string;
  readonly kind: CallKind;
  readonly name: string;
  /** It has `effect: 'once'`. */
  readonly once: boolean;
  /** What it cost when it was recorded; only of model calls. */
  readonly cost: Cost | undefined;
}

export interface OverriddenCall extends PlannedCall {
  readonly override: OverrideKind | 'answer';
}

/** What a replay would do, as far as its code goes the way that the source went. */
export interface ReplayPlan {
  readonly source: string;
  readonly flow: string;
  readonly from: PlannedCall | undefined;
  readonly reuse: 'before' | 'unchanged';
  /** Served from the source. */
  readonly kept: readonly PlannedCall[];
  /** Made again. */
  readonly again: readonly PlannedCall[];
  /** With `reuse: 'unchanged'`: served if their input turns out the same, else made again. */
  readonly maybe: readonly PlannedCall[];
  readonly overridden: readonly OverriddenCall[];
  /** The calls of `again` and `maybe` that may do something in the world: tools and checkpoints. */
  readonly effects: readonly PlannedCall[];
  /** What will be asked anew. */
  readonly waits: readonly PlannedCall[];
  /** What the recorded model calls cost: the best guess at what they will. */
  readonly cost: { readonly kept: Spent; readonly again: Spent; readonly maybe: Spent };
}

export async function planOf(context: EngineContext, source: Source, pricing: Pricing): Promise<ReplayPlan> {
  const { id, origin, calls, anchor, reuse, history, cut, targets } = source;
  const prices = await priceCalls(context, id, calls, pricing);
  const ended = new Set(cut.ended.map(({ start }) => start.id));
  const replaced = new Set(targets.filter(({ override }) => isReplaced(override)).map(({ call }) => call.id));

  const kept: NamedCall[] = [];
  const again: NamedCall[] = [];
  const maybe: NamedCall[] = [];
  for (const call of calls.values()) {
    if (isWithin(calls, call, replaced)) continue;
    if (!ended.has(call.id)) again.push(call);
    else if (endedBefore(history, call.entry, anchor?.entry)) kept.push(call);
    else maybe.push(call);
  }
  const planned = (call: NamedCall) => plannedCall(call, prices);
  const spent = (of: readonly NamedCall[]) => sumSpent(of.flatMap((call) => prices.get(call.id)?.spent ?? []));
  const open = [...again, ...maybe];
  return {
    source: id,
    flow: origin.flow,
    from: anchor && planned(anchor),
    reuse,
    kept: kept.map(planned),
    again: again.map(planned),
    maybe: maybe.map(planned),
    overridden: targets.map(({ call, override }) => ({ ...planned(call), override: kindOf(override) })),
    effects: open.filter(({ entry: { start } }) => start.kind === 'tool' || start.kind === 'checkpoint').map(planned),
    waits: again.filter(({ entry: { start } }) => start.kind === 'wait' && !start.wait?.sleep).map(planned),
    cost: { kept: spent(kept), again: spent(again), maybe: spent(maybe) },
  };
}

function plannedCall({ id, path, entry: { start } }: NamedCall, prices: ReadonlyMap<string, Priced>): PlannedCall {
  const { kind, name, once = false } = start;
  return { id, path, kind, name, once, cost: prices.get(id)?.cost };
}

/** The call is one of these, or stands inside of one. */
function isWithin(calls: ReadonlyMap<string, NamedCall>, call: NamedCall, ids: ReadonlySet<string>): boolean {
  for (let at: NamedCall | undefined = call; at; at = at.parent === undefined ? undefined : calls.get(at.parent)) {
    if (ids.has(at.id)) return true;
  }
  return false;
}

function isReplaced(override: Override): boolean {
  return 'output' in override || 'error' in override || 'answer' in override;
}

function kindOf(override: Override): OverriddenCall['override'] {
  if ('output' in override) return 'output';
  if ('error' in override) return 'error';
  if ('answer' in override) return 'answer';
  if (!('input' in override)) return 'model';
  return override.model === undefined ? 'input' : 'input, model';
}
