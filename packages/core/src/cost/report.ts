import type { Cost } from './cost.ts';
import type { AttemptStatus, ServedCause } from './ledger.ts';
import { sumUsage, type TokenUsage } from './usage.ts';

/** What a report has a row for. */
export type CostGroup = 'call' | 'execution' | 'flow' | 'model' | 'day';

/** Where something of the ledger belongs. */
interface Belonging {
  /** The execution that has no parent; what children cost is part of it. */
  readonly root: string;
  readonly execution: string;
  readonly flow: string;
  readonly call: string;
  readonly name: string;
  readonly model: string | undefined;
  readonly usage: TokenUsage | undefined;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly cost: Cost;
}

export interface AttemptEntry extends Belonging {
  readonly is: 'attempt';
  readonly status: AttemptStatus;
  readonly milliseconds: number | undefined;
}

export interface ServedEntry extends Belonging {
  readonly is: 'served';
  readonly cause: ServedCause;
}

export type CostEntry = AttemptEntry | ServedEntry;

/** One row of a report, or its totals. Amounts are nano-dollars. */
export interface CostRow {
  /** What the row is about: a call's id, an execution's, a flow's name, a model's, or a day in UTC. */
  readonly key: string;
  /** Of a call, what it is called; else the key. */
  readonly name: string;
  /** Of a call; missing where the rows are about something else. */
  readonly execution?: string;
  readonly model?: string | undefined;
  readonly status?: AttemptStatus;
  readonly cost?: Cost;
  /** How many attempts at model calls the row is about. */
  readonly attempts: number;
  readonly failed: number;
  /** Had begun, and nobody knows what came of it: a crash or an abort was faster. */
  readonly possiblyPaid: number;
  /** How many attempts have no known price. Where there are any, `nanoUsd` is the least that it may have been. */
  readonly unpriced: number;
  readonly estimated: number;
  readonly usage: TokenUsage;
  readonly nanoUsd: bigint;
  /** What calls had cost that were served after a crash or a failure, in place of being paid for again. */
  readonly savedNanoUsd: bigint;
  readonly savedCalls: number;
  /** Served without a known price: where there are any, `savedNanoUsd` is the least that was saved. */
  readonly savedUnpriced: number;
  /** What was served when an execution went on after a wait. That was planned, and is no saving. */
  readonly resumedNanoUsd: bigint;
  readonly resumedCalls: number;
  /** Of those, how many have no known price. */
  readonly resumedUnpriced: number;
  /** How long the attempts took together, in milliseconds. */
  readonly milliseconds: number;
}

/** What calls cost. */
export interface CostReport {
  readonly schema: 1;
  readonly by: CostGroup;
  /** In order of time; calls by their attempts. */
  readonly rows: readonly CostRow[];
  readonly totals: CostRow;
  /** What to do where calls have no price, each said once. */
  readonly hints: readonly string[];
}

/** Groups what ledgers hold into a report. */
export function buildReport(entries: readonly CostEntry[], by: CostGroup): CostReport {
  const groups = new Map<string, CostEntry[]>();
  const sorted = [...entries].sort((a, b) => a.at - b.at || (a.is === b.is ? 0 : a.is === 'attempt' ? -1 : 1));
  let attempts = 0;
  const lastOf = new Map<string, string>();
  for (const entry of sorted) {
    let key = groupOf(entry, by);
    if (by === 'call') {
      // What was served stands with the attempt that had paid for it.
      if (entry.is === 'attempt') {
        const call = key;
        key = `${call} ${attempts++}`;
        if (entry.status === 'made' || !lastOf.has(call)) lastOf.set(call, key);
      } else key = lastOf.get(key) ?? key;
    }
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  const rows = [...groups.values()].map((group) => rowOf(group, by));
  const hints = new Set(
    sorted.map(({ cost }) => (cost.status === 'unpriced' && cost.reason !== 'failed' ? cost.hint : '')).filter(Boolean),
  );
  return { schema: 1, by, rows, totals: sumOf(sorted, 'total', 'total'), hints: [...hints] };
}

function groupOf({ root, execution, flow, call, model, at }: CostEntry, by: CostGroup): string {
  switch (by) {
    case 'call':
      return `${execution} ${call}`;
    case 'execution':
      return root;
    case 'flow':
      return flow;
    case 'model':
      return model ?? 'unknown';
    case 'day':
      return new Date(at).toISOString().slice(0, 10);
  }
}

function rowOf(entries: readonly CostEntry[], by: CostGroup): CostRow {
  const first = entries[0] as CostEntry;
  if (by !== 'call') {
    const key = groupOf(first, by);
    return sumOf(entries, key, key);
  }
  const { execution, call, name, model, cost } = first;
  const row = { ...sumOf(entries, call, name), execution, model };
  return first.is === 'attempt' ? { ...row, status: first.status, cost } : row;
}

function sumOf(entries: readonly CostEntry[], key: string, name: string): CostRow {
  const attempts = entries.filter((entry) => entry.is === 'attempt');
  const served = entries.filter((entry) => entry.is === 'served');
  const saved = served.filter(({ cause }) => cause !== 'resume');
  const resumed = served.filter(({ cause }) => cause === 'resume');
  const isUnpriced = ({ cost }: CostEntry) => cost.status === 'unpriced';
  return {
    key,
    name,
    attempts: attempts.length,
    failed: attempts.filter(({ status }) => status === 'failed').length,
    possiblyPaid: attempts.filter(({ status }) => status === 'possibly-paid').length,
    unpriced: attempts.filter(isUnpriced).length,
    estimated: attempts.filter(({ cost }) => cost.status === 'estimated').length,
    usage: sumUsage(attempts.flatMap(({ usage }) => usage ?? [])),
    nanoUsd: total(attempts),
    savedNanoUsd: total(saved),
    savedCalls: saved.length,
    savedUnpriced: saved.filter(isUnpriced).length,
    resumedNanoUsd: total(resumed),
    resumedCalls: resumed.length,
    resumedUnpriced: resumed.filter(isUnpriced).length,
    milliseconds: attempts.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0),
  };
}

function total(entries: readonly CostEntry[]): bigint {
  return entries.reduce((sum, { cost }) => sum + BigInt(cost.nanoUsd ?? 0), 0n);
}
