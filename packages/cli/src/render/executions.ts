import type { CostRow, ExecutionSummary } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import { costText } from './money.ts';
import { STATUS } from './status.ts';
import { elapsed } from './summary.ts';
import { type Column, table } from './table.ts';
import { line } from './text.ts';
import { ago, duration } from './time.ts';

interface Row {
  readonly execution: ExecutionSummary;
  readonly cost: CostRow | undefined;
}

const COST: Column<Row> = {
  title: 'COST',
  cell: ({ cost }) => (cost ? costText(cost) : '-'),
  align: 'right',
  leaves: 2,
};

/** Of what has crashed, a list does not know when: it reads no calls. */
function timeOf(execution: ExecutionSummary, now: number): string {
  return execution.status === 'crashed' ? '-' : duration(elapsed(execution, now));
}

/** Executions as a table. Where no costs are given, it says nothing of them. Ids are whole, for they are to be copied. */
export function executionTable(
  executions: readonly ExecutionSummary[],
  costs: readonly CostRow[],
  terminal: Terminal,
  now: number,
): string {
  if (executions.length === 0) return `No executions. Make one: ${terminal.command('reprise run agent.ts')}`;
  const columns: Column<Row>[] = [
    {
      title: 'STATUS',
      cell: ({ execution: { status } }) => `${STATUS[status].sign} ${status}`,
      paint: (text, { execution: { status } }) => terminal.style(STATUS[status].format, text),
    },
    { title: 'ID', cell: ({ execution }) => line(execution.id) },
    { title: 'FLOW', cell: ({ execution }) => line(execution.flow), shrinks: 12, leaves: 1 },
    { title: 'STARTED', cell: ({ execution }) => ago(execution.createdAt, now), leaves: 3 },
    { title: 'TIME', cell: ({ execution }) => timeOf(execution, now), align: 'right', leaves: 4 },
    ...(costs.length === 0 ? [] : [COST]),
  ];
  return table(
    columns,
    executions.map((execution, i) => ({ execution, cost: costs[i] })),
    terminal,
  );
}
