import { describe, expect, test } from 'vitest';
import { type AskedModel, type CallSpec, call } from '../../src/adapter.ts';
import { BudgetExceededError } from '../../src/index.ts';
import { failure, never, type Process, processes, settled, waiting } from '../processes.ts';

const prices = { 'test-1': { input_mtok: 1, output_mtok: 1 }, 'dear-1': { input_mtok: 1_000_000, output_mtok: 1 } };
const dollars = (tokens: number): number => tokens / 1e6;

/** A provider that takes a dollar for a million tokens of its model, and keeps its own books. */
function provider() {
  const bill: { readonly model: string; readonly tokens: number }[] = [];
  const asked = (tokens: number, model: string, meanwhile: () => Promise<unknown>) => ({
    input: { tokens, model },
    asks: { provider: 'test', model } satisfies AskedModel,
    run: async () => {
      bill.push({ model, tokens });
      await meanwhile();
      return { model, tokens };
    },
  });
  const ask = (
    tokens: number,
    more: Partial<CallSpec<{ model: string; tokens: number }>> = {},
    meanwhile: () => Promise<unknown> = async () => 0,
  ) =>
    call<{ model: string; tokens: number }>({
      kind: 'llm',
      name: 'ask',
      ...asked(tokens, 'test-1', meanwhile),
      change: ({ model = 'test-1' }) => asked(tokens, model, meanwhile),
      usage: (answer) => ({ provider: 'test', model: answer.model, input_tokens: answer.tokens, output_tokens: 0 }),
      ...more,
    });
  return { bill, ask, billed: () => bill.map(({ tokens }) => tokens) };
}

describe('a model call with effect once', () => {
  const once = { effect: 'once' } as const;

  test('that stood at its budget when its process died was not made, and is in no doubt', async () => {
    const all = processes();
    const { billed, ask } = provider();
    const define = ({ reprise }: Process, isFirst: boolean) =>
      reprise.flow('f', () => Promise.all([ask(100, {}, isFirst ? never : undefined), ask(101, once)]), {
        budget: { usd: dollars(400) },
      });
    const first = all.start({ prices });
    void define(first, true).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    expect(billed()).toEqual([100]);
    await (await define(all.start({ prices }), false).start(undefined, { id: 'x' })).result();
    expect(billed()).toEqual([100, 100, 101]);
  });

  test('that was being made when its process died is in doubt, also under a budget', async () => {
    const all = processes();
    const { billed, ask } = provider();
    const define = ({ reprise }: Process, meanwhile?: () => Promise<unknown>) =>
      reprise.flow('f', () => ask(100, once, meanwhile), { budget: { usd: dollars(400) } });
    const first = all.start({ prices });
    void define(first, never).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    const second = all.start({ prices });
    const f = define(second);
    const { waits } = await waiting((await f.start(undefined, { id: 'x' })).result());
    expect(waits.map(({ name }) => name)).toEqual(['ask in doubt']);
    await second.reprise.waits.answer('x', 'ask in doubt', { outcome: 'again' });
    await (await f.start(undefined, { id: 'x' })).result();
    expect(billed()).toEqual([100, 100]);
  });
});

describe('a replay under a budget', () => {
  test('is asked about with the model that it calls', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const f = reprise.flow('f', async () => [await ask(100), await ask(101)], { budget: { usd: 0.5 } });
    await (await f.start(undefined, { id: 'source' })).result();
    const replay = await reprise.executions.replay('source', {
      id: 'dear',
      overrides: { 'ask#1': { model: 'dear-1' } },
    });
    const error = await failure(replay.result());
    expect(BudgetExceededError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ next: { name: 'ask', model: 'dear-1' } });
    expect(bill).toHaveLength(2);
  });

  test('has its whole budget: what was kept or replaced was not paid for by it', async () => {
    const { reprise } = processes().start({ prices });
    const { billed, ask } = provider();
    const f = reprise.flow('f', async () => [await ask(100), await ask(101), await ask(102), await ask(103)], {
      budget: { usd: dollars(410) },
    });
    await (await f.start(undefined, { id: 'source' })).result();
    const { id, result } = await reprise.executions.replay('source', {
      id: 'replay',
      from: 'ask#3',
      overrides: { 'ask#4': { output: { model: 'test-1', tokens: 1_000 } } },
    });
    await result();
    expect(billed()).toEqual([100, 101, 102, 103, 102]);
    const { totals } = await reprise.costs.report({ execution: id });
    expect(totals).toMatchObject({ attempts: 1, nanoUsd: 102_000n, savedCalls: 2, savedNanoUsd: 201_000n });
  });

  test('has the budget of its flow: that somebody has raised the source’s was no word about it', async () => {
    const all = processes();
    const { billed, ask } = provider();
    let size = 100;
    const define = ({ reprise }: Process) =>
      reprise.flow(
        'f',
        async () => {
          for (let n = 0; n < 5; n++) await ask(size, { input: n });
        },
        { budget: { usd: dollars(250), onExceeded: 'wait' } },
      );
    await waiting((await define(all.start({ prices })).start(undefined, { id: 'source' })).result());
    const second = all.start({ prices });
    await second.reprise.waits.answer('source', 'budget', { usd: dollars(500) });
    await (await define(second).start(undefined, { id: 'source' })).result();
    expect(billed()).toHaveLength(5);

    size = 200;
    const { result } = await second.reprise.executions.replay('source', { id: 'replay', from: 'ask#4' });
    const { waits } = await waiting(result());
    expect(waits.map(({ question }) => question)).toEqual([expect.stringContaining('$0.00025')]);
    expect(billed()).toEqual([100, 100, 100, 100, 100, 200]);
    await second.reprise.waits.answer('replay', waits[0]?.name ?? '', { usd: dollars(400) });
    await (await second.reprise.executions.resume('replay')).result();
    expect(billed()).toEqual([100, 100, 100, 100, 100, 200, 200]);
  });
});
