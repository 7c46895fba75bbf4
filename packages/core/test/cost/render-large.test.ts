import { expect, test } from 'vitest';
import { buildReport, type CostEntry } from '../../src/cost/report.ts';
import { renderCosts } from '../../src/index.ts';

const entries = (count: number): CostEntry[] =>
  Array.from({ length: count }, (_, n) => ({
    is: 'attempt',
    root: 'x',
    execution: 'x',
    flow: 'f',
    call: `c${n}`,
    name: 'ask',
    model: 'm',
    usage: { inputTokens: 1, outputTokens: 0 },
    at: n,
    milliseconds: 1,
    status: 'made',
    cost: { status: 'free', nanoUsd: 0, reason: 'free-model' },
  }));

test('a table may have more rows than a function takes arguments', () => {
  const text = renderCosts(buildReport(entries(150_000), 'call'), { width: 80 });
  expect(text.split('\n')).toHaveLength(150_002);
});
