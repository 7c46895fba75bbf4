import { loadCatalogue } from '../cost/catalogue.ts';
import { type Cost, unpriced } from '../cost/cost.ts';
import { type LedgerAttempt, readLedger, type ServedCause } from '../cost/ledger.ts';
import { modelIn, readUsage } from '../cost/normalise.ts';
import { type Pricing, priceOf, unread } from '../cost/price.ts';
import { buildReport, type CostEntry, type CostGroup, type CostReport } from '../cost/report.ts';
import type { EngineContext } from '../execution/context.ts';
import { type Head, isHeld, requireHead } from '../execution/head.ts';
import type { Engine } from '../flow/engine.ts';
import { type Check, checkOptions, isText, oneOf } from '../flow/options.ts';
import { JournalView } from '../journal/view.ts';
import { allHeads, refuseDamaged, unlessInFamily } from './view.ts';

/** Which calls a report is about, and what it has rows for. */
export interface CostQuery {
  /** @default 'call' where an execution is named, else 'execution' */
  readonly by?: CostGroup;
  /** This execution, with its children. @default all */
  readonly execution?: string;
  /** Executions of this flow, and what they called. @default all */
  readonly flow?: string;
  /** Only what was at this time or later: a date, or milliseconds since the epoch. @default from the beginning */
  readonly since?: Date | number;
  /** Only what was before this time. @default up to now */
  readonly until?: Date | number;
}

/** What calls cost, and what was saved. */
export interface Costs {
  /**
   * Reads what the calls of executions used, prices them, and adds up. Prices are those of the day of each call. Reads
   * the journal of every execution that it is about.
   */
  report(query?: CostQuery): Promise<CostReport>;
}

const isTime: Check = (value) =>
  (value instanceof Date ? !Number.isNaN(value.getTime()) : Number.isFinite(value)) ||
  'a date, or milliseconds since the epoch';
const CHECKS = {
  by: oneOf('call', 'execution', 'flow', 'model', 'day'),
  execution: isText,
  flow: isText,
  since: isTime,
  until: isTime,
};

export function createCosts(engine: Engine): Costs {
  return {
    async report(query = {}) {
      checkOptions(query, 'costs.report', CHECKS);
      const { execution, flow, by = execution === undefined ? 'execution' : 'call' } = query;
      const context = await engine.context();
      if (execution !== undefined) await requireHead(context, execution);
      const heads = new Map<string, Head>();
      const onDamaged = execution === undefined ? refuseDamaged : unlessInFamily(execution);
      for await (const head of allHeads(context, onDamaged)) heads.set(head.id, head);
      const pricing: Pricing = { prices: engine.prices, catalogue: await loadCatalogue() };
      const books = new Books(context, heads, pricing);
      const entries: CostEntry[] = [];
      for (const head of heads.values()) {
        const line = lineage(heads, head);
        if (execution !== undefined && !line.some(({ id }) => id === execution)) continue;
        if (flow !== undefined && !line.some((one) => one.flow === flow)) continue;
        for (const entry of await books.of(head)) entries.push(entry);
      }
      const since = Number(query.since ?? Number.NEGATIVE_INFINITY);
      const until = Number(query.until ?? Number.POSITIVE_INFINITY);
      return buildReport(
        entries.filter(({ at }) => at >= since && at < until),
        by,
      );
    },
  };
}

/** An execution and those around it, the outermost last. */
function lineage(heads: ReadonlyMap<string, Head>, head: Head): Head[] {
  const line: Head[] = [];
  for (let one: Head | undefined = head; one; one = one.parent === undefined ? undefined : heads.get(one.parent)) {
    line.push(one);
  }
  return line;
}

/** The ledgers of executions, priced. */
class Books {
  readonly #context: EngineContext;
  readonly #heads: ReadonlyMap<string, Head>;
  readonly #children = new Map<string, Head[]>();
  readonly #pricing: Pricing;
  readonly #read = new Map<string, Promise<CostEntry[]>>();

  constructor(context: EngineContext, heads: ReadonlyMap<string, Head>, pricing: Pricing) {
    this.#context = context;
    this.#heads = heads;
    this.#pricing = pricing;
    for (const head of heads.values()) {
      if (head.parent === undefined) continue;
      const children = this.#children.get(head.parent);
      if (children) children.push(head);
      else this.#children.set(head.parent, [head]);
    }
  }

  of(head: Head): Promise<CostEntry[]> {
    const known = this.#read.get(head.id);
    if (known) return known;
    const reading = this.#readOne(head);
    this.#read.set(head.id, reading);
    return reading;
  }

  async #readOne(head: Head): Promise<CostEntry[]> {
    const { store, seal, world, active } = this.#context;
    const { id: execution, flow } = head;
    const { records } = await JournalView.open(store, seal, execution, head.segments);
    const isAtWork = active.has(execution) || (head.status === 'running' && isHeld(head.owner, head.lease, world));
    const ledger = readLedger(records, isAtWork, await this.#paying(execution));
    const root = lineage(this.#heads, head).at(-1)?.id ?? execution;

    const priced = (recorded: unknown, at: number) => {
      const reading = readUsage(recorded);
      const cost = reading ? priceOf(reading, at, this.#pricing) : unread(recorded);
      return { model: modelIn(recorded), usage: reading?.usage, cost };
    };
    const entries: CostEntry[] = ledger.attempts.map((attempt) => {
      const { call, name, status, at, milliseconds } = attempt;
      const said = priced(attempt.usage, at);
      const cost = costOf(attempt, said.cost);
      return { is: 'attempt', root, execution, flow, call, name, status, at, milliseconds, ...said, cost };
    });
    for (const { call, name, cause, at, madeAt, usage } of ledger.served) {
      // At the price of the time at which it was paid.
      const said = priced(usage, madeAt);
      entries.push({ is: 'served', root, execution, flow, call, name, cause, at, ...said });
    }
    for (const { source = execution, key, cause, at } of ledger.servedChildren) {
      const child = this.#heads.get(`${source}.${key}`);
      if (!child) continue;
      for (const entry of await this.#servedWhole(child, cause, at)) entries.push(entry);
    }
    return entries;
  }

  /** The keys of the children in which model calls were made, or in children of theirs. */
  async #paying(execution: string): Promise<Set<string>> {
    const paying = new Set<string>();
    for (const child of this.#children.get(execution) ?? []) {
      const isPaying = (await this.of(child)).some(({ is }) => is === 'attempt');
      if (isPaying || (await this.#paying(child.id)).size > 0) paying.add(child.id.slice(execution.length + 1));
    }
    return paying;
  }

  /** All that a child had paid for, and its own children. */
  async #servedWhole(head: Head, cause: ServedCause, at: number): Promise<CostEntry[]> {
    const entries: CostEntry[] = [];
    for (const other of this.#heads.values()) {
      if (!lineage(this.#heads, other).includes(head)) continue;
      for (const entry of await this.of(other)) {
        if (entry.is === 'attempt' && entry.status === 'made') entries.push({ ...entry, is: 'served', cause, at });
      }
    }
    return entries;
  }
}

/** What is not known of an attempt that has no outcome is not 0. */
function costOf({ status, usage, isRefused }: LedgerAttempt, said: Cost): Cost {
  if (status === 'made' || usage !== undefined) return said;
  if (isRefused) return { status: 'free', nanoUsd: 0, reason: 'refused' };
  if (status === 'failed') return unpriced('failed', 'This call failed, and the provider did not say what it used.');
  if (status === 'in-flight') return unpriced('in-flight', 'This call is being made.');
  return unpriced(
    'lost',
    'The process ended, or the call was aborted, before its outcome was recorded: it may have been paid for.',
  );
}
