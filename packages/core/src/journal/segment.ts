import { CorruptRecordError } from '../errors/index.ts';
import type { JournalRecord, Payload, RecordHead } from './records.ts';

/**
 * A segment is what one write of the journal holds: lines of JSON, the first about the segment, then for each record
 * its head and, marked as such, its input and its value. Those stay unparsed until they are asked for.
 */
export interface SegmentHead {
  readonly v: 1;
  readonly epoch: number;
  readonly owner: string;
}

interface StoredHead extends SegmentHead {
  /** How many lines follow. */
  readonly lines: number;
}

// A head begins with a brace, so these can mark what belongs to it.
const INPUT = '<';
const VALUE = '>';
/** Marks a text that stands under a key of its own. */
const APART = '@';

function line(mark: string, payload: Payload): string {
  return typeof payload === 'string' ? `\n${mark}${payload}` : `\n${mark}${APART}${JSON.stringify(payload)}`;
}

function payloadOf(line: string): Payload {
  if (line[1] !== APART) return line.slice(1);
  const { blob, size } = JSON.parse(line.slice(2)) as Exclude<Payload, string>;
  if (typeof blob !== 'string' || typeof size !== 'number') throw new TypeError('no place of a large value');
  return { blob, size };
}

export function writeSegment(head: SegmentHead, records: readonly JournalRecord[]): string {
  let text = '';
  let lines = 0;
  for (const { head: meta, input, value } of records) {
    text += `\n${JSON.stringify(meta)}`;
    if (input !== undefined) text += line(INPUT, input);
    if (value !== undefined) text += line(VALUE, value);
    lines += 1 + (input === undefined ? 0 : 1) + (value === undefined ? 0 : 1);
  }
  const stored: StoredHead = { ...head, lines };
  return JSON.stringify(stored) + text;
}

export function readSegment(key: string, text: string): { head: SegmentHead; records: JournalRecord[] } {
  const [first = '', ...rest] = text.split('\n');
  try {
    const { lines, ...head } = JSON.parse(first) as StoredHead;
    if (head.v !== 1) {
      throw new CorruptRecordError(
        key,
        `${key} has the segment version ${head.v}; this release reads version 1. Use the release that wrote it, or a later one.`,
      );
    }
    if (!Number.isInteger(head.epoch) || typeof head.owner !== 'string') throw new TypeError('no head of a segment');
    if (rest.length !== lines)
      throw new CorruptRecordError(key, `${key} ends before its last record. Restore it from a backup.`);
    return { head, records: readRecords(rest) };
  } catch (cause) {
    if (CorruptRecordError.isInstance(cause)) throw cause;
    throw new CorruptRecordError(
      key,
      `${key} is no segment of a journal: ${(cause as Error).message}. Restore it from a backup.`,
      { cause },
    );
  }
}

function readRecords(lines: readonly string[]): JournalRecord[] {
  const records: Writable<JournalRecord>[] = [];
  for (const line of lines) {
    const record = records.at(-1);
    if (line.startsWith(INPUT) && record && record.input === undefined) record.input = payloadOf(line);
    else if (line.startsWith(VALUE) && record && record.value === undefined) record.value = payloadOf(line);
    else {
      const head = JSON.parse(line) as RecordHead;
      if (typeof head.t !== 'string') throw new TypeError('a record without a type');
      records.push({ head });
    }
  }
  return records;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
