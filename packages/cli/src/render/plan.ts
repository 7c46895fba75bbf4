import type { PlannedCall, ReplayPlan } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import { amountJson, usd } from './money.ts';
import { plain } from './plain.ts';
import { type Column, table } from './table.ts';
import { counted, line } from './text.ts';

interface Row {
  readonly call: PlannedCall;
  readonly what: string;
}

/** What a replay would do. */
export function planText(plan: ReplayPlan, id: string, terminal: Terminal): string {
  const { from, kept, again, maybe, overridden, waits, effects, cost } = plan;
  const changed = new Map(overridden.map((call) => [call.id, `${call.override} changed`]));
  const asked = new Set(waits.map((call) => call.id));
  const acting = new Set(effects.map((call) => call.id));
  const what =
    (usual: string) =>
    (call: PlannedCall): Row => {
      const said = changed.get(call.id) ?? (asked.has(call.id) ? 'asked anew' : usual);
      return { call, what: acting.has(call.id) && usual !== 'kept' ? `${said}, acts on the world` : said };
    };
  const shown = new Set([...kept, ...again, ...maybe].map((call) => call.id));
  const rows = [
    ...kept.map(what('kept')),
    ...overridden.filter((call) => !shown.has(call.id)).map(what('changed')),
    ...maybe.map(what('served if unchanged')),
    ...again.map(what('runs again')),
  ];
  const columns: Column<Row>[] = [
    { title: 'CALL', cell: ({ call }) => `${call.kind} ${line(call.path)}`, shrinks: 20 },
    { title: 'WHAT', cell: (row) => row.what },
    { title: 'COST', cell: ({ call }) => costOf(call), align: 'right' },
  ];
  return [
    `Replay of ${id}${from ? ` from ${line(from.path)}` : ''}`,
    table(columns, rows, terminal),
    [
      sum('Kept', cost.kept),
      sum('Runs again', cost.again),
      ...(maybe.length > 0 ? [sum('Or not', cost.maybe)] : []),
    ].join('\n'),
  ].join('\n\n');
}

/** The same for programs: amounts are text, as in all JSON of the command. */
export function planJson(plan: ReplayPlan): unknown {
  const call = ({ cost, ...rest }: PlannedCall) => ({
    ...rest,
    ...(cost ? { cost: amountJson(cost) } : {}),
  });
  const { from, kept, again, maybe, overridden, effects, waits, cost } = plan;
  return plain({
    ...plan,
    ...(from ? { from: call(from) } : {}),
    kept: kept.map(call),
    again: again.map(call),
    maybe: maybe.map(call),
    overridden: overridden.map(call),
    effects: effects.map(call),
    waits: waits.map(call),
    cost: { kept: amountJson(cost.kept), again: amountJson(cost.again), maybe: amountJson(cost.maybe) },
  });
}

function costOf({ kind, cost }: PlannedCall): string {
  if (kind !== 'llm' || cost === undefined) return '';
  return cost.nanoUsd === undefined ? 'unpriced' : usd(BigInt(cost.nanoUsd));
}

function sum(name: string, { nanoUsd, calls, unpriced }: ReplayPlan['cost']['kept']): string {
  const known = usd(BigInt(nanoUsd));
  const amount =
    calls > 0 && unpriced === calls ? 'unpriced' : unpriced > 0 ? `${known} and ${unpriced} unpriced` : known;
  return `${name.padEnd(10)}  ${amount}, ${counted(calls, 'model call')}`;
}
