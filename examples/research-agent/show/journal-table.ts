// The journal of an execution as a small table.

import type { CallRecord } from '@reprise/core';
import { dim, line, tokensOf } from './screen.ts';

const NUMBERS = new Set(['', 'tokens', 'took']);

/** `more` adds columns. */
export function journalTable(journal: readonly CallRecord[], more: Record<string, (call: CallRecord) => string>): void {
  const rows = journal.map((call, index) => ({
    '': String(index + 1),
    kind: call.kind,
    call: call.name,
    about: cut(aboutOf(call), 30),
    tokens: call.usage ? tokensOf(call.usage).toLocaleString('en-US') : '',
    took: call.milliseconds === undefined ? '' : `${(call.milliseconds / 1000).toFixed(2)} s`,
    ...Object.fromEntries(Object.entries(more).map(([title, cell]) => [title, cell(call)])),
  }));
  table(Object.keys(rows[0] ?? {}), rows);
}

function table(titles: readonly string[], rows: readonly Record<string, string>[]): void {
  const cells = (row: Record<string, string>) =>
    titles.map((title) => {
      const width = Math.max(title.length, ...rows.map((other) => other[title]?.length ?? 0));
      const cell = row[title] ?? '';
      return NUMBERS.has(title) ? cell.padStart(width) : cell.padEnd(width);
    });
  line(dim(`  ${cells(Object.fromEntries(titles.map((title) => [title, title]))).join('  ')}`.trimEnd()));
  for (const row of rows) line(`  ${cells(row).join('  ')}`.trimEnd());
}

/** The user's message of a model call, the first argument of a checkpoint, who answered a wait. */
function aboutOf({ kind, input, by }: CallRecord): string {
  if (kind === 'wait') return by ? `answered by ${by}` : '';
  if (Array.isArray(input)) return String(input[0]);
  const { messages } = input as { messages: { role: string; content: string }[] };
  return messages.find(({ role }) => role === 'user')?.content ?? '';
}

function cut(text: string, length: number): string {
  const [first = ''] = text.split('\n');
  return first.length > length ? `${first.slice(0, length - 1)}…` : first;
}
