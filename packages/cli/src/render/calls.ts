import type { CallRecord } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import { bar, workAxis } from './axis.ts';
import type { TreeRow } from './call-tree.ts';
import { STATUS } from './status.ts';
import { type Column, table } from './table.ts';
import { line } from './text.ts';
import { duration } from './time.ts';

const BAR = 16;

/** The calls of an execution as a table with a tree and bars. `cost` is what is known of a call's cost. */
export function callTable(
  rows: readonly TreeRow[],
  cost: (row: TreeRow) => string,
  isAtWork: boolean,
  terminal: Terminal,
): string {
  if (rows.length === 0) return 'No calls yet.';
  const axis = workAxis(rows.filter(({ call }) => call.kind !== 'wait').map(({ call }) => spanOf(call)));
  const columns: Column<TreeRow>[] = [
    { title: 'CALL', cell: ({ branch, call }) => `${branch}${call.kind} ${line(labelOf(call))}`, shrinks: 20 },
    {
      title: 'STATUS',
      cell: ({ call }) => `${STATUS[call.status].sign} ${standing(call, isAtWork)}`,
      paint: (text, { call }) => terminal.style(STATUS[call.status].format, text),
    },
    { title: '', cell: ({ call }) => barOf(call, axis), leaves: 3, paint: (text) => terminal.style('cyan', text) },
    { title: 'TIME', cell: ({ call }) => timeOf(call), align: 'right', leaves: 2 },
    { title: 'COST', cell: cost, align: 'right' },
    { title: 'ID', cell: ({ call }) => call.id, leaves: 4, paint: (text) => terminal.style('dim', text) },
  ];
  return table(columns, rows, terminal);
}

/** The name, with the number that tells it from others of the name. */
export function labelOf({ name, path }: CallRecord): string {
  const number = /#\d+$/.exec(path)?.[0] ?? '';
  return name.endsWith(number) ? name : name + number;
}

function spanOf({ startedAt, milliseconds = 0 }: CallRecord): { from: number; to: number } {
  return { from: startedAt, to: startedAt + milliseconds };
}

/** How a call stands: made, how often it was tried, how often it was served. */
export function standing(call: CallRecord, isAtWork: boolean): string {
  const { attempts, served, drifts, keptFrom, overridden } = call;
  if (keptFrom !== undefined) return 'kept';
  const parts = [basic(call, isAtWork)];
  if (overridden !== undefined && !isGiven(call)) parts.push(`${overridden} changed`);
  if (attempts.length > 1) parts.push(`${attempts.length} tries`);
  if (served > 0) parts.push(served === 1 ? 'served' : `served ${served}×`);
  if (drifts > 0) parts.push('drifted');
  return parts.join(', ');
}

function basic(call: CallRecord, isAtWork: boolean): string {
  const { kind, status } = call;
  if (isGiven(call)) return `${call.overridden} given`;
  if (kind === 'wait') return status === 'begun' ? 'open' : status === 'completed' ? 'answered' : 'not answered';
  if (status === 'begun') return isAtWork ? 'under way' : 'cut off';
  return status === 'completed' ? 'made' : 'failed';
}

/** Whether a replay has brought its outcome, so that it was not made. */
export function isGiven({ overridden }: CallRecord): boolean {
  return overridden === 'output' || overridden === 'error';
}

function barOf(call: CallRecord, axis: (at: number) => number): string {
  return call.kind === 'wait' || call.milliseconds === undefined ? '' : bar(spanOf(call), axis, BAR);
}

function timeOf({ milliseconds }: CallRecord): string {
  return milliseconds === undefined ? '-' : duration(milliseconds);
}
