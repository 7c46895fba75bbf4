import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { runScript } from '@reprise/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModelServer, startServer, TURNS } from './server.ts';

const prices = { 'gpt-test': { input_mtok: 1, output_mtok: 2 } };

let server: ModelServer;
let folder: string;
/** The provider's own books: what it bills, in nano-dollars, whether or not its answer arrives. */
let billed: number[];

beforeEach(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'reprise-openai-cost-'));
  billed = [];
  server.usageOf = bill;
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const store = () => `sqlite:${join(folder, 'journal.db')}`;

function bill(turn: number) {
  const used = { input: 100 * turn, output: turn };
  billed.push(used.input * 1_000 + used.output * 2_000);
  return used;
}

async function runAgent(style: string, kill = new AbortController()): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [style, server.url, store(), join(folder, 'effects')],
    kill: kill.signal,
  });
  return signal ?? output;
}

/** Runs the agent, and kills it while the provider is at work on the third request. */
async function runKilled(style: string): Promise<string> {
  const kill = new AbortController();
  server.onRequest = (n, response) => {
    if (n !== 3) return false;
    server.onRequest = () => false;
    bill(3);
    if (style === 'plain') kill.abort();
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': it has begun\n\n', () => kill.abort());
    }
    return true;
  };
  return runAgent(style, kill);
}

test.each(['plain', 'chunks', 'responses-stream'])(
  'after a kill in a request the ledger has what was billed, and as saved what would have been billed again (%s)',
  async (style) => {
    expect(await runKilled(style)).toBe('SIGKILL');
    expect(await runAgent(style)).toBe('done');
    expect(billed).toHaveLength(TURNS + 1);

    const reprise = new Reprise({ store: store(), prices });
    const { rows, totals } = await reprise.costs.report({ execution: 'agent' });
    await reprise.close();
    const statuses = rows.map(({ status }) => status);
    expect(statuses).toEqual(['made', 'made', 'possibly-paid', 'made', 'made', 'made', 'made']);
    // The one that was cut off is billed, and nobody here knows for how much.
    expect(rows.map(({ nanoUsd }) => Number(nanoUsd))).toEqual(billed.with(2, 0));
    expect(totals).toMatchObject({ possiblyPaid: 1, unpriced: 1, savedCalls: 2, savedUnpriced: 0 });
    expect(Number(totals.savedNanoUsd)).toBe((billed[0] ?? 0) + (billed[1] ?? 0));
  },
);
