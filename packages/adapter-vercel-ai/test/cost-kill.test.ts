import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const prices = { scripted: { input_mtok: 1, cache_read_mtok: 0.1, output_mtok: 2 } };
const TURNS = 6;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-vercel-ai-cost-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const store = () => `sqlite:${join(folder, 'journal.db')}`;

async function runAgent(method: string, kill = 'never,0'): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: ['ai', method, store(), join(folder, 'log')],
    env: { KILL: kill },
  });
  return signal ?? output;
}

/** The provider's own books: what it bills, in nano-dollars, whether or not its answer arrives. */
function billed(): number[] {
  const used = readFileSync(join(folder, 'log'), 'utf8').matchAll(/^model .* used (\d+) (\d+)$/gm);
  // Ten tokens of each prompt come from the cache.
  return [...used].map(([, input, output]) => (Number(input) - 10) * 1_000 + 10 * 100 + Number(output) * 2_000);
}

test.each([
  ['generate', 'model,2'],
  ['stream', 'stream,2'],
])(
  'after a kill in a call the ledger has what was billed, and as saved what would have been billed again (%s)',
  async (method, kill) => {
    expect(await runAgent(method, kill)).toBe('SIGKILL');
    expect(await runAgent(method)).toBe('All five are done.');
    const bill = billed();
    expect(bill).toHaveLength(TURNS + 1);

    const reprise = new Reprise({ store: store(), prices });
    const { rows, totals } = await reprise.costs.report({ execution: 'agent' });
    await reprise.close();
    const statuses = rows.map(({ status }) => status);
    expect(statuses).toEqual(['made', 'made', 'possibly-paid', 'made', 'made', 'made', 'made']);
    // The one that was cut off is billed, and nobody here knows for how much.
    expect(rows.map(({ nanoUsd }) => Number(nanoUsd))).toEqual(bill.with(2, 0));
    expect(totals).toMatchObject({ possiblyPaid: 1, unpriced: 1, savedCalls: 2, savedUnpriced: 0 });
    expect(Number(totals.savedNanoUsd)).toBe((bill[0] ?? 0) + (bill[1] ?? 0));
  },
);

test('after a kill between two calls the ledger has all that was billed', async () => {
  expect(await runAgent('stream', 'tool,3')).toBe('SIGKILL');
  expect(await runAgent('generate')).toBe('All five are done.');
  const bill = billed();
  expect(bill).toHaveLength(TURNS);
  const reprise = new Reprise({ store: store(), prices });
  const { rows, totals } = await reprise.costs.report({ execution: 'agent' });
  await reprise.close();
  expect(rows.map(({ nanoUsd }) => Number(nanoUsd))).toEqual(bill);
  expect(totals).toMatchObject({ possiblyPaid: 0, unpriced: 0, savedCalls: 4 });
  expect(Number(totals.savedNanoUsd)).toBe(bill.slice(0, 4).reduce((a, b) => a + b));
});
