import { CorruptRecordError } from '../errors/index.ts';
import type { JournalRecord, Payload, RecordHead } from './records.ts';

/**
 * A segment is what one write of the journal holds: lines of JSON, the first about the segment, then for
 * each record its head and the texts that the head announces. Values stay unparsed until they are asked for.
 */
export interface SegmentHead {
  readonly v: 1;
  readonly epoch: number;
  readonly owner: string;
}

type StoredHead = RecordHead & { i?: Payload | 1; o?: Payload | 1 };

function announce(payload: Payload | undefined): Payload | 1 | undefined {
  return typeof payload === 'string' ? 1 : payload;
}

export function writeSegment(head: SegmentHead, records: readonly JournalRecord[]): string {
  let text = JSON.stringify(head);
  for (const { head: meta, input, value } of records) {
    const stored: StoredHead = { ...meta };
    if (input !== undefined) stored.i = announce(input) as Payload | 1;
    if (value !== undefined) stored.o = announce(value) as Payload | 1;
    text += `\n${JSON.stringify(stored)}`;
    if (typeof input === 'string') text += `\n${input}`;
    if (typeof value === 'string') text += `\n${value}`;
  }
  return text;
}

export function readSegment(key: string, text: string): { head: SegmentHead; records: JournalRecord[] } {
  const lines = text.split('\n');
  let next = 0;
  const line = (): string => {
    const found = lines[next++];
    if (found === undefined) throw new CorruptRecordError(key, `${key} ends before its last record.`);
    return found;
  };
  const payload = (announced: Payload | 1): Payload => (announced === 1 ? line() : announced);

  const head = JSON.parse(line()) as SegmentHead;
  if (head.v !== 1) {
    throw new CorruptRecordError(key, `${key} has the segment version ${head.v}; this release reads version 1.`);
  }
  const records: JournalRecord[] = [];
  while (next < lines.length) {
    const { i, o, ...meta } = JSON.parse(line()) as StoredHead;
    const record: { -readonly [K in keyof JournalRecord]: JournalRecord[K] } = { head: meta as RecordHead };
    if (i !== undefined) record.input = payload(i);
    if (o !== undefined) record.value = payload(o);
    records.push(record);
  }
  return { head, records };
}
