import { describe, expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { readLedger } from '../../src/cost/ledger.ts';
import { checkpoint, wait } from '../../src/index.ts';
import { readSegment } from '../../src/journal/segment.ts';
import { processes, waiting } from '../processes.ts';

const PRICES = { mini: { input_mtok: 1, output_mtok: 1 } };
const usage = (input: number) => () => ({ model: 'mini', prompt_tokens: input, completion_tokens: 0 });

async function recorded() {
  const all = processes();
  const process = all.start({ prices: PRICES });
  const { reprise } = process;
  const model = (name: string, tokens: number, input: unknown = name) =>
    call<string>({ kind: 'llm', name, input, run: () => `${name} says`, usage: usage(tokens) });
  const post = checkpoint('post', async (_: string) => 'posted', { effect: 'once' });
  const research = reprise.flow('research', async () => model('search', 1_000));
  const flow = reprise.flow('article', async () => {
    const [found] = await Promise.all([research(), model('title', 10)]);
    const text = await model('draft', 200, found);
    await wait('approve');
    return post(text);
  });
  await waiting((await flow.start(undefined, { id: 'source' })).result());
  await reprise.waits.answer('source', 'approve', true);
  await (await reprise.executions.resume('source')).result();
  return { all, reprise };
}

describe('a plan', () => {
  test('says what is kept, what is made again, which effects and questions come again, and what that costs', async () => {
    const { reprise } = await recorded();
    const plan = await reprise.executions.planReplay('source', { from: 'draft' });
    const paths = (calls: readonly { path: string }[]) => calls.map(({ path }) => path);
    expect(plan).toMatchObject({ source: 'source', flow: 'article', reuse: 'before', from: { path: 'draft' } });
    expect(paths(plan.kept)).toEqual(['research', 'title']);
    expect(paths(plan.again)).toEqual(['draft', 'approve', 'post']);
    expect(plan.maybe).toEqual([]);
    expect(plan.effects).toMatchObject([{ path: 'post', once: true }]);
    expect(paths(plan.waits)).toEqual(['approve']);
    expect(plan.cost.kept).toEqual({ nanoUsd: 1_010_000, tokens: 1_010, calls: 2, unpriced: 0 });
    expect(plan.cost.again).toEqual({ nanoUsd: 200_000, tokens: 200, calls: 1, unpriced: 0 });
    expect(plan.again[0]?.cost).toMatchObject({ status: 'priced', nanoUsd: 200_000 });
    expect(JSON.parse(JSON.stringify(plan))).toMatchObject({ source: 'source' });
  });

  test('leaves out what is overridden, and with `unchanged` says what may be kept', async () => {
    const { reprise } = await recorded();
    const plan = await reprise.executions.planReplay('source', {
      overrides: { draft: { output: 'short' }, post: { output: 'pretended' } },
      reuse: 'unchanged',
    });
    expect(plan.kept.map(({ path }) => path)).toEqual(['research', 'title']);
    expect(plan.maybe.map(({ path }) => path)).toEqual(['approve']);
    expect(plan.again).toEqual([]);
    expect(plan.effects).toEqual([]);
    expect(plan.overridden.map(({ path, override }) => [path, override])).toEqual([
      ['draft', 'output'],
      ['post', 'output'],
    ]);
  });

  test('does not take what has no price for free', async () => {
    const { reprise } = processes().start();
    const flow = reprise.flow('dear', async () =>
      call({
        kind: 'llm',
        name: 'unknown',
        input: 1,
        run: () => 1,
        usage: () => ({ model: 'nobody-knows', prompt_tokens: 5 }),
      }),
    );
    await (await flow.start(undefined, { id: 'source' })).result();
    const { cost } = await reprise.executions.planReplay('source');
    expect(cost.again).toEqual({ nanoUsd: 0, tokens: 5, calls: 1, unpriced: 1 });
  });

  test('writes nothing', async () => {
    const { all, reprise } = await recorded();
    const stored = async () => JSON.stringify(await all.driver.scan?.('', { limit: 1_000 }));
    const before = await stored();
    await reprise.executions.planReplay('source', { overrides: { draft: { output: 1 } } });
    expect(await stored()).toBe(before);
  });
});

test('kept calls, those of children included, count as saved in the ledger, and only what is made costs', async () => {
  const { reprise } = await recorded();
  const replay = await reprise.executions.replay('source', { from: 'draft' });
  await waiting(replay.result());
  const { totals, rows } = await reprise.costs.report({ execution: replay.id });
  expect(totals).toMatchObject({ attempts: 1, nanoUsd: 200_000n, savedNanoUsd: 1_010_000n, savedCalls: 2 });
  expect(totals).toMatchObject({ resumedCalls: 0, possiblyPaid: 0, unpriced: 0 });
  const saved = Object.fromEntries(rows.map(({ name, savedNanoUsd }) => [name, savedNanoUsd]));
  expect(saved).toEqual({ search: 1_000_000n, title: 10_000n, draft: 0n });
  const { entries } = await reprise.executions.export(replay.id);
  const segments = Object.entries(entries).filter(([key]) => key.startsWith('reprise/j/'));
  const { served } = readLedger(
    segments.flatMap(([key, text]) => readSegment(key, text).records),
    false,
  );
  expect(served.map(({ cause }) => cause)).toEqual(['replay']);
  const source = await reprise.costs.report({ execution: 'source' });
  expect(source.totals.nanoUsd).toBe(1_210_000n);
});
