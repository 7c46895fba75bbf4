import { isDeepStrictEqual } from 'node:util';
import { formatPath } from '../../journal/codec.ts';

/** A line of a text: in both, only before, or only after. */
export interface DiffLine {
  readonly op: ' ' | '-' | '+';
  readonly text: string;
}

/** One part of a value that was added, removed or changed. */
export interface JsonChange {
  /** As one would type it: `messages[2].content`; empty for the whole value. */
  readonly path: string;
  readonly op: '+' | '-' | '~';
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of two texts that are long or have several lines. */
  readonly lines?: readonly DiffLine[];
}

/** How two values differ. */
export type ValueDiff =
  | { readonly is: 'text'; readonly lines: readonly DiffLine[] }
  | { readonly is: 'json'; readonly changes: readonly JsonChange[] };

const LONG_TEXT = 60;

/** How two values differ; `undefined` where they do not. */
export async function diffValues(before: unknown, after: unknown): Promise<ValueDiff | undefined> {
  const [a, b] = [plain(before), plain(after)];
  if (isDeepStrictEqual(a, b)) return undefined;
  // Who compares nothing need not load what compares.
  const { diffLines } = await import('diff');
  const { default: microdiff } = await import('microdiff');
  const linesOf = (x: string, y: string): DiffLine[] =>
    diffLines(x, y).flatMap(({ value, added, removed }) => {
      const op = added ? '+' : removed ? '-' : ' ';
      return value
        .replace(/\n$/, '')
        .split('\n')
        .map((text): DiffLine => ({ op, text }));
    });
  if (typeof a === 'string' && typeof b === 'string') return { is: 'text', lines: linesOf(a, b) };
  if (!isComposite(a) || !isComposite(b) || Array.isArray(a) !== Array.isArray(b)) {
    return { is: 'json', changes: [changeOf('', a, b)] };
  }
  const changes = microdiff(a, b, { cyclesFix: false }).map((difference): JsonChange => {
    const path = formatPath(difference.path);
    if (difference.type === 'CREATE') return { path, op: '+', after: difference.value };
    if (difference.type === 'REMOVE') return { path, op: '-', before: difference.oldValue };
    const { oldValue, value } = difference;
    const change = changeOf(path, oldValue, value);
    if (typeof oldValue !== 'string' || typeof value !== 'string') return change;
    const isLong = Math.max(oldValue.length, value.length) > LONG_TEXT || `${oldValue}${value}`.includes('\n');
    return isLong ? { ...change, lines: linesOf(oldValue, value) } : change;
  });
  return { is: 'json', changes };
}

function changeOf(path: string, before: unknown, after: unknown): JsonChange {
  if (before === undefined) return { path, op: '+', after };
  if (after === undefined) return { path, op: '-', before };
  return { path, op: '~', before, after };
}

type Composite = Record<string, unknown> | unknown[];

function isComposite(value: unknown): value is Composite {
  return typeof value === 'object' && value !== null;
}

/** A value as JSON has it; what JSON has no word for, as a person would read it. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return plainError(value);
  if (value instanceof Map) return [...value].map(plain);
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  return plainRecord(Object.entries(value));
}

// Where an error was thrown differs from release to release of a program.
function plainError(error: Error): unknown {
  const fields = Object.entries(error).filter(([key]) => key !== 'stack');
  const cause = error.cause === undefined ? [] : [['cause', error.cause] as const];
  return plainRecord([['name', error.name], ['message', error.message], ...cause, ...fields]);
}

function plainRecord(entries: readonly (readonly [string, unknown])[]): unknown {
  const record: Record<string, unknown> = {};
  for (const [key, part] of entries) {
    if (part === undefined) continue;
    Object.defineProperty(record, key, { value: plain(part), enumerable: true, writable: true, configurable: true });
  }
  return record;
}
