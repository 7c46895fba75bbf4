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
  return line[1] === APART ? JSON.parse(line.slice(2)) : line.slice(1);
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
  const { lines, ...head } = JSON.parse(first) as StoredHead;
  if (head.v !== 1) {
    throw new CorruptRecordError(key, `${key} has the segment version ${head.v}; this release reads version 1.`);
  }
  if (rest.length !== lines) throw new CorruptRecordError(key, `${key} ends before its last record.`);
  const records: Writable<JournalRecord>[] = [];
  for (const line of rest) {
    const record = records.at(-1);
    if (line.startsWith(INPUT) && record) record.input = payloadOf(line);
    else if (line.startsWith(VALUE) && record) record.value = payloadOf(line);
    else records.push({ head: JSON.parse(line) as RecordHead });
  }
  return { head, records };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
