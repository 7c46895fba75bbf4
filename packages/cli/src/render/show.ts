import type { CostReport, CostRow, ExecutionRecord, ExecutionSummary, OpenWait } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import { type Family, type TreeRow, treeOf } from './call-tree.ts';
import { callTable, labelOf } from './calls.ts';
import { commandLine, quoted } from './command-line.ts';
import { countsOf } from './counts.ts';
import { failureText } from './failure.ts';
import { costText, savedText } from './money.ts';
import { isOpen } from './open.ts';
import { STATUS } from './status.ts';
import { elapsed } from './summary.ts';
import { harmless, line, shorten, wrap } from './text.ts';
import { duration, moment } from './time.ts';
import { valueLine } from './value.ts';

/** An execution as one looks at it: how it stands, its calls, and what to type next. */
export function showText(
  family: Family,
  costs: CostReport,
  open: readonly OpenWait[],
  terminal: Terminal,
  now: number,
): string {
  const { root } = family;
  const parts = [
    header(family, costs.totals, terminal, now),
    callTable(treeOf(family), costOfCalls(costs), root.status === 'running', terminal),
    ...drifted(root, terminal),
    ...ending(root, open, terminal),
    `  Next: ${terminal.style('bold', terminal.command(nextOf(root, open)))}`,
  ];
  return parts.join('\n\n');
}

function header(family: Family, totals: CostRow, terminal: Terminal, now: number): string {
  const { root } = family;
  const { id, flow, version, status, launch, createdAt } = root;
  const { made, served } = countsOf([root, ...family.children.values()]);
  const { sign, format } = STATUS[status];
  const saved = savedText(totals);
  const cost = `${totals.attempts === 0 ? 'no model calls' : costText(totals)}${saved ? `, ${saved} saved` : ''}`;
  return [
    `${terminal.style(format, `${sign} ${status}`)}  ${terminal.style('bold', line(id))}  ${line(flow)}${version ? ` ${line(version)}` : ''}`,
    `  ${moment(createdAt)}, ${duration(elapsed(root, now, root.journal))}; ${made} made, ${served} served; ${cost}`,
    shorten(`  ${line(commandLine(launch.command))}  in ${line(launch.directory)}`, terminal.width),
    ...(root.input === undefined ? [] : [`  Input  ${valueLine(root.input, terminal.width - 9)}`]),
    ...lineage(root),
  ].join('\n');
}

function lineage({ replayOf, replays, journal }: ExecutionRecord): string[] {
  const lines: string[] = [];
  if (replayOf) {
    const from = journal.find(({ id }) => id === replayOf.from)?.path ?? replayOf.from;
    lines.push(`  A replay of ${line(replayOf.execution)}${from === undefined ? '' : ` from ${line(from)}`}`);
  }
  if (replays.length > 0) lines.push(`  Replayed as ${replays.map(line).join(', ')}`);
  return lines;
}

function drifted({ id, journal }: ExecutionRecord, terminal: Terminal): string[] {
  const [first, ...more] = journal.filter(({ drifts }) => drifts > 0);
  if (!first) return [];
  const name = more.length > 0 ? `${more.length + 1} calls` : line(labelOf(first));
  return [
    `Drifted: ${name} came with another input than recorded (a prompt, a model or a tool has changed), and what was\n` +
      `recorded was served. To ask anew: ${terminal.command(`reprise replay ${id} --from ${quoted(first.path)}`)}`,
  ];
}

function costOfCalls({ rows }: CostReport): (row: TreeRow) => string {
  const byCall = new Map<string, string>();
  for (const row of rows) {
    const key = `${row.execution} ${row.key}`;
    const text = costText(row);
    const before = byCall.get(key);
    // A call that was tried several times has a row for each.
    byCall.set(key, before === undefined || before === text ? text : `${before} + ${text}`);
  }
  return ({ execution, call }) => byCall.get(`${execution} ${call.id}`) ?? '';
}

function ending(root: ExecutionRecord, open: readonly OpenWait[], terminal: Terminal): string[] {
  switch (root.status) {
    case 'completed':
      return root.result === undefined ? [] : [`Result  ${valueLine(root.result, terminal.width - 8)}`];
    case 'failed':
      return [failureText(root.failure ?? root.error?.message, terminal)];
    case 'waiting':
      return [root.waits.map((wait) => waitText(wait, wait.sleep || isOpen(wait, open), terminal)).join('\n')];
    case 'crashed': {
      const open = root.journal.filter(({ status, kind }) => status === 'begun' && kind !== 'wait');
      const names = open.map(({ name }) => line(name)).join(', ');
      const last = root.journal.at(-1);
      return [
        `Its process ended${names ? ` while these were under way: ${names}` : ''}. What is made is kept.`,
        ...(last?.status === 'failed' ? [failureText(last.error, terminal)] : []),
      ];
    }
    default:
      return root.error ? [harmless(root.error.message)] : [];
  }
}

function waitText({ name, question, refused, until }: OpenWait, isLeft: boolean, terminal: Terminal): string {
  const lines = [`${terminal.style('yellow', '?')} ${terminal.style('bold', line(name))}`];
  if (question) lines.push(...wrap(line(question), terminal.width - 2).map((text) => `  ${text}`));
  if (!isLeft) lines.push('  It is answered, and goes on from there when it is resumed.');
  else if (refused) lines.push(`  The last answer was refused: ${line(refused)}`);
  if (until !== undefined) lines.push(`  Until ${moment(until)}`);
  return lines.join('\n');
}

/** The one right thing to do next. `open` is what of its waits is not answered. */
export function nextOf({ id, status }: Pick<ExecutionSummary, 'id' | 'status'>, open: readonly OpenWait[]): string {
  switch (status) {
    case 'waiting':
      return open.length === 0 ? `reprise resume ${id}` : `reprise answer ${id}`;
    case 'failed':
    case 'crashed':
      return `reprise resume ${id}`;
    case 'running':
      return `reprise watch ${id}`;
    case 'completed':
    case 'cancelled':
      return `reprise cost ${id}`;
  }
}
