import { expect, test } from 'vitest';
import type { JournalRecord } from '../../src/journal/records.ts';
import { readSegment, writeSegment } from '../../src/journal/segment.ts';

const head = { v: 1, epoch: 3, owner: 'me' } as const;
const call = (id: string) => ({
  t: 'call' as const,
  scope: '',
  cause: '',
  kind: 'tool' as const,
  name: 'search',
  n: 0,
  id,
  turn: 1,
  digest: 'd',
  seen: 0,
  at: 5,
  ok: true,
  milliseconds: 7,
});

test('records come back in order, with their texts untouched', () => {
  const records: JournalRecord[] = [
    { head: { t: 'epoch', epoch: 3, owner: { id: 'me', host: 'here', pid: 1 }, until: 9, at: 1, runtime: 'Node.js' } },
    { head: call('a'), input: '["otters"]', value: '{"text":"line one\\nline two"}' },
    { head: call('b'), input: '1' },
    { head: { t: 'ended', id: 'b', ok: true, milliseconds: 1 }, value: 'null' },
    { head: { t: 'end', status: 'completed', at: 9 }, value: '{"$":"undefined"}' },
  ];
  expect(readSegment('k', writeSegment(head, records))).toEqual({ head, records });
});

test('a text that is kept apart is announced in the record', () => {
  const blob = { blob: 'abc', size: 70_000 };
  const records: JournalRecord[] = [
    { head: call('a'), input: blob, value: '1' },
    { head: call('b'), input: '2', value: blob },
  ];
  expect(readSegment('k', writeSegment(head, records)).records).toEqual(records);
});

test('a segment without records is one', () => {
  expect(readSegment('k', writeSegment(head, []))).toEqual({ head, records: [] });
});

test('a segment of another version is an error that names the key and both versions', () => {
  const text = writeSegment({ ...head, v: 2 as 1 }, []);
  expect(() => readSegment('reprise/j/x/00000004', text)).toThrow(
    'reprise/j/x/00000004 has the segment version 2; this release reads version 1. Use the release that wrote it, or a later one.',
  );
});

test('a segment that was cut off is an error that names the key', () => {
  const text = writeSegment(head, [{ head: call('a'), input: '1', value: '2' }]);
  const cut = text.slice(0, text.lastIndexOf('\n'));
  expect(() => readSegment('reprise/j/x/00000004', cut)).toThrow(/reprise\/j\/x\/00000004 ends before its last record/);
});

test('what is no segment is an error that names the key', () => {
  const rest = ['', '\n{"t":"log"}\n@', '\n5', '\n{}', '\n{"t":"log"}\n<1\n<2', '\n{"t":"log"}\n>@{"blob":1}'];
  const texts = rest.map((lines) => `{"v":1,"epoch":1,"owner":"me","lines":${lines.split('\n').length - 1}}${lines}`);
  for (const text of ['', 'otter', 'null', '[]', '{"v":1,"lines":0}', ...texts.slice(1)]) {
    expect(() => readSegment('reprise/j/x/00000004', text)).toThrow(
      expect.objectContaining({
        code: 'REPRISE_CORRUPT_RECORD',
        key: 'reprise/j/x/00000004',
        message: expect.stringMatching(/(Restore it from a backup|Use the release that wrote it, or a later one)\.$/),
      }),
    );
  }
});
