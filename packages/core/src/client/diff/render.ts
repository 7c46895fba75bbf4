import type { CallDiff, Delta, ExecutionDiff } from './diff.ts';
import type { DiffLine, JsonChange, ValueDiff } from './values.ts';

const MARKS = { same: ' ', changed: '~', 'only-a': '-', 'only-b': '+' } as const;
/** So many lines that are the same stand around those that differ. */
const CONTEXT = 2;

/** A comparison as lines to read, without colours. */
export function renderDiff(diff: ExecutionDiff): string[] {
  const { a, b, input, result, calls, first } = diff;
  const lines = [`a ${a.id} (${a.flow}, ${a.status})`, `b ${b.id} (${b.flow}, ${b.status})`, ''];
  if (diff.isSame) lines.push('They are the same.');
  if (input) lines.push('input', ...indent(renderValue(input)));
  for (const [at, call] of calls.entries()) {
    lines.push(`${MARKS[call.is]} ${call.path}${at === first ? '   ← the first difference' : ''}${change(call)}`);
    if (call.input) lines.push('    input', ...indent(indent(renderValue(call.input))));
    if (call.output) lines.push('    output', ...indent(indent(renderValue(call.output))));
  }
  if (result) lines.push('result', ...indent(renderValue(result)));
  lines.push('', `b − a: ${renderDelta(diff.delta) || 'no difference in time, tokens and money'}`);
  return lines;
}

function change({ is, delta }: CallDiff): string {
  const text = is === 'changed' && delta ? renderDelta(delta) : '';
  return text && `   (${text})`;
}

function renderDelta({ milliseconds, tokens, nanoUsd }: Delta): string {
  const parts: string[] = [];
  if (milliseconds) parts.push(`${signed(milliseconds)} ms`);
  if (tokens) parts.push(`${signed(tokens)} tokens`);
  if (nanoUsd) parts.push(`${nanoUsd < 0 ? '−' : '+'}$${(Math.abs(nanoUsd) / 1e9).toFixed(6)}`);
  if (nanoUsd === undefined) parts.push('cost not known');
  return parts.join(', ');
}

function signed(value: number): string {
  return value < 0 ? `−${-value}` : `+${value}`;
}

function renderValue(value: ValueDiff): string[] {
  return value.is === 'text' ? renderLines(value.lines) : value.changes.flatMap(renderChange);
}

function renderChange({ path, op, before, after, lines }: JsonChange): string[] {
  const where = path === '' ? '' : `${path}: `;
  if (lines) return [`~ ${where.trim()}`, ...indent(renderLines(lines))];
  if (op === '+') return [`+ ${where}${json(after)}`];
  if (op === '-') return [`- ${where}${json(before)}`];
  return [`- ${where}${json(before)}`, `+ ${where}${json(after)}`];
}

function renderLines(lines: readonly DiffLine[]): string[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ op }) => op !== ' '),
  );
  const shown: string[] = [];
  for (const [at, { op, text }] of lines.entries()) {
    if (isNear[at]) shown.push(`${op} ${text}`);
    else if (at === 0 || isNear[at - 1]) shown.push('  …');
  }
  return shown;
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
