import { expect, test } from 'vitest';
import { type AttemptEntry, buildReport, type CostGroup } from '../../src/cost/report.ts';
import { type CostReportJson, renderCosts } from '../../src/index.ts';

const CALLS = 50_000;
const MODELS = ['gpt-5', 'claude-sonnet-4-5', 'gemini-2.5-pro'];
const DAY = 86_400_000;

/** Calls of which no two cost the same, in an order of chance. */
function calls(seed: number): AttemptEntry[] {
  let state = seed;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const entries: AttemptEntry[] = Array.from({ length: CALLS }, (_, n) => {
    const nanoUsd = Number.MAX_SAFE_INTEGER - 7 * n;
    const split = { inputNanoUsd: nanoUsd, outputNanoUsd: 0, otherNanoUsd: 0 };
    const cost = { status: 'priced', nanoUsd, ...split, source: 'catalogue', rates: undefined, notes: [] } as const;
    const place = { root: 'x', execution: 'x', flow: `flow ${n % 11}`, call: `${n}`, name: 'ask' };
    const usage = { inputTokens: n, outputTokens: 1 };
    const at = (n % 30) * DAY;
    return { is: 'attempt', ...place, model: MODELS[n % 3], usage, at, milliseconds: 1, status: 'made', cost };
  });
  for (let n = entries.length - 1; n > 0; n--) {
    const other = next(n + 1);
    [entries[n], entries[other]] = [entries[other] as AttemptEntry, entries[n] as AttemptEntry];
  }
  return entries;
}

test('a report is exact beyond what a number holds, in any order and any grouping, down to its JSON', () => {
  const count = BigInt(CALLS);
  const total = BigInt(Number.MAX_SAFE_INTEGER) * count - (7n * count * (count - 1n)) / 2n;
  expect(total).toBe(450_359_962_728_299_725_000n);
  const groups: CostGroup[] = ['model', 'day', 'flow'];
  for (const [seed, by] of groups.entries()) {
    const report = buildReport(calls(seed + 1), by);
    expect(report.totals.nanoUsd).toBe(total);
    expect(report.rows.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0n)).toBe(total);
    expect(report.totals.attempts).toBe(CALLS);
    const json: CostReportJson = JSON.parse(renderCosts(report, { format: 'json' }));
    expect(json.totals).toMatchObject({ nanoUsd: String(total), usd: '450359962728.299725000' });
  }
});
