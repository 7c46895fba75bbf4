import { describe, expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { checkpoint, NotFoundError, UsageError, wait } from '../../src/index.ts';
import { failure, never, type Process, processes, settled, waiting } from '../processes.ts';

const RATES = { input_mtok: 1, output_mtok: 1 };
const prices = { 'test-1': RATES, 'test-2': RATES };

/** A provider that bills a micro-dollar by the token, and keeps its own books. */
function provider() {
  const bill: number[] = [];
  const ask = (
    tokens: number,
    { model = 'test-1', meanwhile = async () => {} }: { model?: string; meanwhile?: () => Promise<unknown> } = {},
  ) =>
    call({
      kind: 'llm',
      name: `ask ${tokens}`,
      input: { tokens },
      run: async () => {
        bill.push(tokens);
        await meanwhile();
        return `answer of ${tokens}`;
      },
      usage: () => ({ provider: 'test', model, input_tokens: tokens, output_tokens: 0 }),
    });
  const nanoBilled = () => BigInt(bill.reduce((sum, tokens) => sum + tokens * 1_000, 0));
  return { bill, ask, nanoBilled };
}

test('each call has its line: model, tokens, cost, duration; and the totals are their sum', async () => {
  const all = processes();
  const { reprise } = all.start({ prices });
  const { ask } = provider();
  const f = reprise.flow('f', async () => {
    await ask(10);
    await Promise.all([ask(20), ask(30, { model: 'test-2' })]);
  });
  await (await f.start(undefined, { id: 'x' })).result();
  const { by, rows, totals, hints } = await reprise.costs.report({ execution: 'x' });
  expect(by).toBe('call');
  expect(
    rows.map(({ name, model, status, nanoUsd, usage }) => [name, model, status, nanoUsd, usage.inputTokens]),
  ).toEqual([
    ['ask 10', 'test-1', 'made', 10_000n, 10],
    ['ask 20', 'test-1', 'made', 20_000n, 20],
    ['ask 30', 'test-2', 'made', 30_000n, 30],
  ]);
  expect(totals).toMatchObject({
    attempts: 3,
    nanoUsd: 60_000n,
    savedNanoUsd: 0n,
    unpriced: 0,
    usage: { inputTokens: 60 },
  });
  expect(hints).toEqual([]);
});

describe('a run that is killed and gone on with', () => {
  async function killedThrice(
    define: (process: Process, ask: ReturnType<typeof provider>['ask'], life: number) => Promise<unknown>,
  ) {
    const all = processes();
    const books = provider();
    for (let life = 1; life <= 4; life++) {
      const process = all.start({ prices });
      const f = process.reprise.flow('f', () => define(process, books.ask, life));
      const started = f.start(undefined, { id: 'x' }).then(({ result }) => result());
      started.catch(() => {});
      if (life === 4) await started;
      else await settled();
      if (life < 4) process.kill();
    }
    const { reprise } = all.start({ prices });
    return { ...books, report: await reprise.costs.report({ execution: 'x' }), reprise };
  }

  test('has in its ledger what the provider billed, and as saved what it would have billed again', async () => {
    // Each of the first three processes dies between two calls.
    const { report, nanoBilled, bill } = await killedThrice(async (_, ask, life) => {
      for (let n = 1; n <= 4; n++) {
        await ask(n * 100);
        if (n === life && life < 4) await never();
      }
    });
    expect(bill).toEqual([100, 200, 300, 400]);
    expect(report.totals.nanoUsd).toBe(nanoBilled());
    // 100 was served to three processes, 200 to two, 300 to one.
    expect(report.totals.savedNanoUsd).toBe(BigInt((3 * 100 + 2 * 200 + 300) * 1_000));
    expect(report.rows.map(({ savedCalls }) => savedCalls)).toEqual([3, 2, 1, 0]);
    expect(report.totals).toMatchObject({ possiblyPaid: 0, unpriced: 0, resumedCalls: 0 });
  });

  test('shows each try that was cut off as possibly paid, and its price as unknown', async () => {
    const { report, bill } = await killedThrice(async (_, ask, life) => {
      await ask(100);
      await ask(200, life < 4 ? { meanwhile: never } : {});
    });
    expect(bill).toEqual([100, 200, 200, 200, 200]);
    expect(report.rows.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'ask 100: made',
      'ask 200: possibly-paid',
      'ask 200: possibly-paid',
      'ask 200: possibly-paid',
      'ask 200: made',
    ]);
    expect(report.totals).toMatchObject({ attempts: 5, possiblyPaid: 3, unpriced: 3, nanoUsd: 300_000n });
    expect(report.hints).toEqual([expect.stringContaining('may have been paid for')]);
  });

  test('counts what stood inside of a served call, and once', async () => {
    const { report, nanoBilled } = await killedThrice(async (_, ask, life) => {
      const research = checkpoint('research', async () => {
        await ask(100);
        await ask(200);
      });
      await research();
      // What was served is stored with the next record.
      for (let n = 1; n <= life; n++) await ask(n);
      if (life < 4) await never();
    });
    expect(report.totals.nanoUsd).toBe(nanoBilled());
    expect(report.totals.savedNanoUsd).toBe(BigInt((3 * 300 + 3 * 1 + 2 * 2 + 3) * 1_000));
  });
});

test('what is served after a wait was planned, and is no saving', async () => {
  const all = processes();
  const { ask } = provider();
  const define = ({ reprise }: Process) =>
    reprise.flow('f', async () => {
      await ask(100);
      await wait('go');
      await ask(200);
    });
  await waiting((await define(all.start({ prices })).start(undefined, { id: 'x' })).result());
  const second = all.start({ prices });
  await second.reprise.waits.answer('x', 'go', true);
  await (await define(second).start(undefined, { id: 'x' })).result();
  const { totals } = await second.reprise.costs.report({ execution: 'x' });
  expect(totals).toMatchObject({ nanoUsd: 300_000n, savedNanoUsd: 0n, resumedNanoUsd: 100_000n, resumedCalls: 1 });
});

test('what is served after a failure is saved', async () => {
  const all = processes();
  const { ask } = provider();
  const { reprise } = all.start({ prices });
  let isBroken = true;
  const f = reprise.flow('f', async () => {
    await ask(100);
    if (isBroken) throw new Error('a bug');
  });
  await failure((await f.start(undefined, { id: 'x' })).result());
  isBroken = false;
  await (await f.start(undefined, { id: 'x' })).result();
  const { totals } = await reprise.costs.report({ execution: 'x' });
  expect(totals).toMatchObject({ nanoUsd: 100_000n, savedNanoUsd: 100_000n });
});

test('what children cost is in the row of the execution that they belong to', async () => {
  const all = processes();
  const { ask } = provider();
  const define = ({ reprise }: Process, isFirst: boolean) => {
    const child = reprise.flow('child', async (tokens: number) => ask(tokens));
    return reprise.flow('parent', async () => {
      await child(100);
      await child(200);
      if (isFirst) await never();
      await ask(400);
    });
  };
  const first = all.start({ prices });
  void define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start({ prices });
  await (await define(second, false).start(undefined, { id: 'x' })).result();

  const { costs } = second.reprise;
  const byExecution = await costs.report();
  expect(byExecution.rows.map(({ key, nanoUsd, savedNanoUsd }) => [key, nanoUsd, savedNanoUsd])).toEqual([
    ['x', 700_000n, 300_000n],
  ]);
  const byFlow = await costs.report({ by: 'flow' });
  expect(byFlow.rows.map(({ key, nanoUsd }) => [key, nanoUsd])).toEqual([
    ['parent', 400_000n],
    ['child', 300_000n],
  ]);
  expect((await costs.report({ flow: 'parent', by: 'model' })).totals.nanoUsd).toBe(700_000n);
});

test('a failed call, and one that says nothing, are unknown and not 0', async () => {
  const { reprise } = processes().start({ prices });
  const f = reprise.flow('f', async () => {
    await call({ kind: 'llm', name: 'fails', input: 1, run: () => Promise.reject(new Error('no')) }).catch(() => {});
    await call({ kind: 'llm', name: 'is silent', input: 2, run: async () => 'ok' });
    await call({ kind: 'tool', name: 'is no model', input: 3, run: async () => 'ok' });
  });
  await (await f.start(undefined, { id: 'x' })).result();
  const { rows, totals } = await reprise.costs.report({ execution: 'x' });
  expect(rows.map(({ name, status, cost }) => [name, status, cost?.status, cost?.nanoUsd])).toEqual([
    ['fails', 'failed', 'unpriced', undefined],
    ['is silent', 'made', 'unpriced', undefined],
  ]);
  expect(totals).toMatchObject({ attempts: 2, failed: 1, unpriced: 2, nanoUsd: 0n });
});

test('usage in words that nobody knows is unknown, and the report says which words and what an adapter is to do', async () => {
  const { reprise } = processes().start({ prices });
  const usage = () => ({ provider: 'acme', model: 'm', tokensIn: 100, tokensOut: 50 });
  const f = reprise.flow('f', () => call({ kind: 'llm', name: 'ask', input: 1, run: async () => 'ok', usage }));
  await (await f.start(undefined, { id: 'x' })).result();
  const { rows } = await reprise.costs.report({ execution: 'x' });
  expect(rows.map(({ model, cost }) => [model, cost])).toEqual([
    [
      'm',
      expect.objectContaining({
        status: 'unpriced',
        hint: expect.stringMatching(/words that are not known: tokensIn, tokensOut\..*prompt_tokens/),
      }),
    ],
  ]);
});

test('a stream is a call like any other', async () => {
  const { reprise } = processes().start({ prices });
  const f = reprise.flow('f', async () => {
    const chunks = callStream<string>({
      kind: 'llm',
      name: 'streams',
      input: 1,
      async *run() {
        yield 'a';
        yield 'b';
      },
      usage: (all) => ({ model: 'test-1', input_tokens: 0, output_tokens: all.length }),
    });
    for await (const _ of chunks);
  });
  await (await f.start(undefined, { id: 'x' })).result();
  expect((await reprise.costs.report({ execution: 'x' })).totals.nanoUsd).toBe(2_000n);
});

test('a model call that makes another one was paid for there, and is counted once', async () => {
  const { reprise } = processes().start({ prices });
  const { ask } = provider();
  const f = reprise.flow('f', () =>
    call({
      kind: 'llm',
      name: 'outer',
      input: 1,
      run: () => ask(100),
      usage: () => ({ model: 'test-1', input_tokens: 100, output_tokens: 0 }),
    }),
  );
  await (await f.start(undefined, { id: 'x' })).result();
  expect((await reprise.costs.report({ execution: 'x' })).totals).toMatchObject({ attempts: 1, nanoUsd: 100_000n });
});

test('a model call that makes another one in a child was paid for there, and is counted once', async () => {
  const { reprise } = processes().start({ prices });
  const { ask } = provider();
  const child = reprise.flow('child', () => ask(20));
  const between = checkpoint('between', () => child());
  const f = reprise.flow('f', () => ask(10, { meanwhile: () => between() }));
  await (await f.start(undefined, { id: 'x' })).result();
  const { rows, totals } = await reprise.costs.report({ execution: 'x' });
  expect(rows.map(({ name }) => name)).toEqual(['ask 20']);
  expect(totals.nanoUsd).toBe(20_000n);
});

test('a report is about a span of time, by day', async () => {
  const all = processes();
  const { reprise } = all.start({ prices });
  const { ask } = provider();
  const f = reprise.flow('f', (tokens: number) => ask(tokens));
  await f(100);
  const noon = all.now + 12 * 3_600_000;
  await all.pass(24 * 3_600_000);
  await f(200);
  const { rows } = await reprise.costs.report({ by: 'day' });
  expect(rows.map(({ key, nanoUsd }) => [key, nanoUsd])).toEqual([
    ['2026-01-01', 100_000n],
    ['2026-01-02', 200_000n],
  ]);
  expect((await reprise.costs.report({ since: new Date(noon) })).totals.nanoUsd).toBe(200_000n);
  expect((await reprise.costs.report({ until: noon })).totals.nanoUsd).toBe(100_000n);
});

test('questions that have no answer are refused', async () => {
  const { reprise } = processes().start();
  await expect(reprise.costs.report({ execution: 'nobody' })).rejects.toThrow(NotFoundError);
  await expect(reprise.costs.report({ by: 'week' as never })).rejects.toThrow(/'call' or 'execution'/);
  await expect(reprise.costs.report({ since: new Date(Number.NaN) })).rejects.toThrow(UsageError);
  expect(() => processes().start({ prices: { m: { input: 1 } as never } })).toThrow(/unknown rate 'input'/);
});
