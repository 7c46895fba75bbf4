import { expect, test } from 'vitest';
import { type Column, table } from '../../src/render/table.ts';
import { harmless, line, shorten, widthOf, wrap } from '../../src/render/text.ts';
import { terminalOf } from './terminal.ts';

interface Row {
  readonly id: string;
  readonly flow: string;
  readonly cost: string;
}

const columns: Column<Row>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'FLOW', cell: ({ flow }) => flow, shrinks: 6, leaves: 1 },
  { title: 'COST', cell: ({ cost }) => cost, align: 'right', leaves: 2 },
];
const rows: Row[] = [
  { id: 'a-1', flow: '海獺の研究', cost: '$0.10' },
  { id: 'b-2', flow: 'a flow with a long name', cost: '$12.00' },
];

test('columns stand below their titles, whatever the width of the characters', () => {
  expect(table(columns, rows, terminalOf()).split('\n')).toEqual([
    'ID   FLOW                       COST',
    'a-1  海獺の研究                $0.10',
    'b-2  a flow with a long name  $12.00',
  ]);
});

test('what may shrink does so before a column leaves, and an id is always whole', () => {
  const narrow = table(columns, rows, terminalOf(22));
  expect(narrow).toContain('b-2  a flow w…  $12.00');
  expect(narrow).toContain('a-1  海獺の研…   $0.10');
  expect(table(columns, rows, terminalOf(14))).toBe('ID   FLOW\na-1  海獺の研…\nb-2  a flow w…');
  expect(table(columns, rows, terminalOf(4))).toBe('ID\na-1\nb-2');
});

test('no line is wider than the terminal, at any width from the ids on', () => {
  for (let width = 5; width < 50; width++) {
    for (const text of table(columns, rows, terminalOf(width)).split('\n'))
      expect(widthOf(text)).toBeLessThanOrEqual(width);
  }
});

test('a text is cut between characters, and never within one', () => {
  expect(shorten('海獺の研究', 6)).toBe('海獺…');
  expect(shorten('kelp', 4)).toBe('kelp');
  expect(shorten('👩‍👩‍👧 otters', 5)).toBe('👩‍👩‍👧 o…');
});

test('what was recorded cannot give the terminal orders', () => {
  expect(line('a\u001b[31mred\u001b[0m\n\tb\u0007')).toBe('ared b');
  expect(harmless('one\ntwo\u001b]0;title\u0007\u202e')).toBe('one\ntwo');
});

test('a long text is broken between words', () => {
  expect(wrap('Publish the draft about otters?', 12)).toEqual(['Publish the', 'draft about', 'otters?']);
});
