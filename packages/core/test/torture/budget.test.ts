import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Reprise } from '../../src/index.ts';
import { describeWith, redis } from '../services.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { runUntil } from './victim.ts';

const BUDGET = 2_000;
/** After so many calls of each process it is killed, with calls in flight. */
const KILLS = [3, 5, 4];

const folder = temporaryFolder();

function keepsWithinItsBudget(store: () => string): void {
  it('two branches and three processes that are killed spend no more than one budget', {
    timeout: 60_000,
  }, async () => {
    const id = `budget-${randomUUID()}`;
    const bill = join(folder, id);
    const args = [store(), id, `${BUDGET}`, bill];
    for (const bodies of KILLS) {
      expect(await runUntil({ when: 'write', bodies }, 'spender.ts', args)).toEqual({ killed: true, stderr: '' });
    }
    expect(await runUntil(undefined, 'spender.ts', args)).toEqual({ killed: false, stderr: '' });

    const lines = readFileSync(bill, 'utf8').trimEnd().split('\n');
    expect(lines.pop()).toBe('stopped');
    const billed = lines.reduce((sum, line) => sum + Number(line), 0);
    expect(billed).toBeLessThanOrEqual(BUDGET);
    // Nothing of it was left when it was stopped.
    const reprise = new Reprise({ store: store() });
    const { totals } = await reprise.costs.report({ execution: id });
    const { inputTokens, outputTokens } = totals.usage;
    const counted = inputTokens + outputTokens + totals.possiblyPaid * 100;
    expect(totals.possiblyPaid).toBeGreaterThan(0);
    expect(counted).toBe(BUDGET);
    expect(billed).toBeLessThanOrEqual(counted);
    await reprise.executions.delete(id);
    await reprise.close();
  });
}

describe('a budget under SIGKILL', () => {
  describe('on SQLite', () => keepsWithinItsBudget(() => `sqlite:${join(folder, 'budget.db')}`));
  describeWith(redis, 'on Redis', () => keepsWithinItsBudget(() => redis.url));
});
