import type { CallRecord, ExecutionSummary } from '@reprise/core';
import { expect, test } from 'vitest';
import { timeAgo } from '../../src/arguments/time.ts';
import { bar, workAxis } from '../../src/render/axis.ts';
import { bytes } from '../../src/render/bytes.ts';
import { executionTable } from '../../src/render/executions.ts';
import { failureText } from '../../src/render/failure.ts';
import { usd } from '../../src/render/money.ts';
import { plain } from '../../src/render/plain.ts';
import { elapsed } from '../../src/render/summary.ts';
import { ago, duration } from '../../src/render/time.ts';
import { valueLine, valueText } from '../../src/render/value.ts';
import { terminalOf } from './terminal.ts';

test('a length of time is said in the two units that matter', () => {
  const lengths = [0, 340, 4_249, 59_949, 59_950, 65_000, 3_600_000, 7_500_000, 277_200_000];
  expect(lengths.map(duration)).toEqual([
    '0 ms',
    '340 ms',
    '4.2 s',
    '59.9 s',
    '1 min',
    '1 min 5 s',
    '1 h',
    '2 h 5 min',
    '3 d 5 h',
  ]);
});

test('a point in time is said as how long ago it was, and long ago as its day', () => {
  const now = Date.UTC(2026, 10, 25, 12);
  expect([0, 5_000, 120_000, 7_200_000, 172_800_000].map((past) => ago(now - past, now))).toEqual([
    'now',
    '5 s ago',
    '2 min ago',
    '2 h ago',
    '2 d ago',
  ]);
  expect(ago(Date.UTC(2026, 8, 1), now)).toBe('2026-09-01');
  expect(timeAgo('2h', 'since', now)).toBe(now - 7_200_000);
  expect(timeAgo('2026-11-01', 'since', now)).toBe(Date.UTC(2026, 10, 1));
  expect(() => timeAgo('soon', 'since', now)).toThrow("it was 'soon'");
});

test('money is shown as exactly as it needs, and never as 0 where there is some', () => {
  const amounts = [0n, 1n, 900_000n, 12_345_600n, 250_000_000n, 1_234_567_890_123n];
  expect(amounts.map(usd)).toEqual(['$0.00', '<$0.000001', '$0.0009', '$0.0123', '$0.25', '$1234.57']);
});

test('an amount of data is said in its unit', () => {
  expect([512, 4_200, 13_400_000].map(bytes)).toEqual(['512 B', '4.2 kB', '13 MB']);
});

test('a wait of days does not flatten seconds of work', () => {
  const day = 86_400_000;
  const spans = [
    { from: 0, to: 1_000 },
    { from: 3 * day, to: 3 * day + 1_000 },
  ];
  const axis = workAxis(spans);
  expect(spans.map((span) => bar(span, axis, 10))).toEqual(['█████     ', '     █████']);
  expect(bar({ from: 500, to: 500 }, axis, 10)).toBe('  █       ');
});

test('a failure is told with its causes, the frames of the user before those of libraries', () => {
  const cause = new TypeError('no answer');
  cause.stack = 'TypeError: no answer\n    at connect (node:net:1:1)\n    at ask (/project/agent.ts:3:9)';
  const error = new Error('the agent failed', { cause });
  error.stack =
    'Error: the agent failed\n    at run (/project/node_modules/x/index.js:1:1)\n    at main (/project/agent.ts:9:1)';
  expect(failureText(error, terminalOf()).split('\n')).toEqual([
    'Error: the agent failed',
    '    at main (/project/agent.ts:9:1)',
    '    … 1 frame of libraries',
    'caused by TypeError: no answer',
    '    at ask (/project/agent.ts:3:9)',
    '    … 1 frame of libraries',
  ]);
});

test('a cause that leads back to itself is told once', () => {
  const error = new Error('a');
  error.stack = '';
  error.cause = error;
  expect(failureText(error, terminalOf())).toBe('Error: a');
});

test('values that JSON has no word for come out as text that says them', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  const value = {
    at: new Date(0),
    n: 5n,
    set: new Set([1]),
    map: new Map([['a', 1]]),
    bytes: new Uint8Array([1]),
    circular,
  };
  expect(plain(value)).toEqual({
    ...{ at: '1970-01-01T00:00:00.000Z', n: '5', set: [1], map: [['a', 1]], bytes: 'AQ==' },
    circular: ['[circular]'],
  });
  expect(plain(Object.assign(new RangeError('too much'), { code: 'E' }))).toMatchObject({
    ...{ name: 'RangeError', message: 'too much', code: 'E' },
  });
});

test('a value is shown on one line where there is little room, and in full where it is asked for', () => {
  const long = { text: 'x'.repeat(5_000) };
  expect(valueLine(long, 20)).toHaveLength(20);
  expect(valueText(long, terminalOf(80))).toContain('x'.repeat(5_000));
  expect(valueText('as it\nreads', terminalOf())).toBe('as it\nreads');
});

test('how long a killed execution took goes to the end of its last call, for it has written no end', () => {
  const killed = { createdAt: 1_000, updatedAt: 1_003, endedAt: undefined, status: 'crashed' } as ExecutionSummary;
  const calls = [
    { startedAt: 1_010, milliseconds: 2_000 },
    { startedAt: 3_020, milliseconds: undefined },
  ] as CallRecord[];
  expect(elapsed(killed, 99_000, calls)).toBe(2_020);
  expect(elapsed({ ...killed, endedAt: 9_000 }, 99_000, calls)).toBe(8_000);
  const row = executionTable([{ ...killed, id: 'a', flow: 'b' }], [], terminalOf(), 99_000);
  expect(row).toMatch(/crashed +a +b .* -$/m);
});
