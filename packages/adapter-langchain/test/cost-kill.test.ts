import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const prices = { scripted: { input_mtok: 1, output_mtok: 2 } };
const TURNS = 5;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-langchain-cost-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const store = () => `sqlite:${join(folder, 'journal.db')}`;

async function runAgent(style: string, method: string, kill = ''): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [style, method, store(), join(folder, 'log')],
    env: { KILL: kill },
  });
  return signal ?? output;
}

/** The provider's own books: what it bills, in nano-dollars, whether or not its answer arrives. */
function billed(): number[] {
  const used = readFileSync(join(folder, 'log'), 'utf8').matchAll(/^model .* used (\d+) (\d+)$/gm);
  return [...used].map(([, input, output]) => Number(input) * 1_000 + Number(output) * 2_000);
}

test.each([
  ['node', 'invoke'],
  ['functional', 'messages'],
])(
  'after a kill in a call the ledger has what was billed, and as saved what would have been billed again (%s, %s)',
  async (style, method) => {
    expect(await runAgent(style, method, 'model question 3')).toBe('SIGKILL');
    expect(await runAgent(style, method)).toContain('answer to question 5');
    const bill = billed();
    expect(bill).toHaveLength(TURNS + 1);

    const reprise = new Reprise({ store: store(), prices });
    const { rows, totals } = await reprise.costs.report({ execution: 'agent' });
    await reprise.close();
    expect(rows.map(({ status }) => status)).toEqual(['made', 'made', 'possibly-paid', 'made', 'made', 'made']);
    // The one that was cut off is billed, and nobody here knows for how much.
    expect(rows.map(({ nanoUsd }) => Number(nanoUsd))).toEqual(bill.with(2, 0));
    expect(totals).toMatchObject({ possiblyPaid: 1, unpriced: 1, savedCalls: 2, savedUnpriced: 0 });
    expect(Number(totals.savedNanoUsd)).toBe((bill[0] ?? 0) + (bill[1] ?? 0));
  },
);
