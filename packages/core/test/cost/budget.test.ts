import { describe, expect, test } from 'vitest';
import { type CallSpec, call, callStream } from '../../src/adapter.ts';
import { type Budget, BudgetExceededError, checkpoint, UncountableCallError, wait } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { failure, gate, inTime, never, type Process, processes, settled, waiting, waitNames } from '../processes.ts';

const prices = { 'test-1': { input_mtok: 1, output_mtok: 1 } };

/** A provider that takes a dollar for a million tokens, and keeps its own books. */
function provider() {
  const bill: number[] = [];
  const ask = (tokens: number, more: Partial<CallSpec<string>> = {}, meanwhile = async (): Promise<unknown> => 0) =>
    call<string>({
      kind: 'llm',
      name: 'ask',
      input: { tokens },
      asks: { provider: 'test', model: 'test-1' },
      run: async () => {
        bill.push(tokens);
        await meanwhile();
        return `answer of ${tokens}`;
      },
      usage: () => ({ provider: 'test', model: 'test-1', input_tokens: tokens, output_tokens: 0 }),
      ...more,
    });
  return { bill, ask };
}

/** Dollars that so many tokens cost. */
const dollars = (tokens: number): number => tokens / 1e6;

async function sequence(ask: (tokens: number) => Promise<string>, ...tokens: number[]): Promise<string> {
  let last = '';
  for (const count of tokens) last = await ask(count);
  return last;
}

describe('a call that does not fit', () => {
  test('fails with an error that says what is spent, and is not made', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const f = reprise.flow('f', () => sequence(ask, 100, 100, 100), { budget: { usd: dollars(250) } });
    const error = await failure((await f.start(undefined, { id: 'x' })).result());
    expect(bill).toEqual([100, 100]);
    expect(BudgetExceededError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'REPRISE_BUDGET_EXCEEDED',
      execution: 'x',
      budget: { nanoUsd: 250_000n },
      spent: { nanoUsd: 200_000n, tokens: 200 },
      next: { name: 'ask', model: 'test-1', nanoUsd: 100_000n },
    });
    expect(error.message).toContain(
      "The budget of execution x is $0.00025; $0.00020 of it is spent, and the next call, 'ask' of test-1, is taken to " +
        'use $0.00010.',
    );
    expect((await reprise.costs.report({ execution: 'x' })).totals).toMatchObject({
      attempts: 2,
      nanoUsd: 200_000n,
      unpriced: 0,
    });
  });

  test('is made when the execution is resumed with a larger budget', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process, budget: Budget) =>
      reprise.flow('f', () => sequence(ask, 100, 100, 100), { budget });
    await failure((await define(all.start({ prices }), { tokens: 250 }).start(undefined, { id: 'x' })).result());
    const second = all.start({ prices });
    const result = (await define(second, { tokens: 300 }).start(undefined, { id: 'x' })).result();
    expect(await result).toBe('answer of 100');
    expect(bill).toEqual([100, 100, 100]);
  });

  test('may be caught, and is refused again at the same place', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const cheap = checkpoint('cheap', async (reason: string) => reason);
    const define = ({ reprise }: Process, isFirst: boolean) =>
      reprise.flow(
        'f',
        async () => {
          const found = await sequence(ask, 100, 100).catch((error) =>
            cheap(String(BudgetExceededError.isInstance(error))),
          );
          if (isFirst) await never();
          return found;
        },
        { budget: { usd: dollars(150) } },
      );
    const first = all.start({ prices });
    void define(first, true).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    expect(await (await define(all.start({ prices }), false).start(undefined, { id: 'x' })).result()).toBe('true');
    expect(bill).toEqual([100]);
  });

  test('is refused by what its input costs, before anything was paid', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const f = reprise.flow('f', () => ask(1, { input: 'a long prompt '.repeat(1_000) }), {
      budget: { usd: dollars(3_000) },
    });
    const error = await failure(f());
    expect(error).toMatchObject({ next: { tokens: 3_500, nanoUsd: 3_500_000n }, spent: { tokens: 0 } });
    expect(bill).toEqual([]);
  });

  test('that is a stream is refused, too', async () => {
    const { reprise } = processes().start({ prices });
    let made = 0;
    const stream = async () => {
      const chunks = callStream<string>({
        kind: 'llm',
        name: 'streams',
        input: 1,
        async *run() {
          made++;
          yield 'a';
        },
        usage: () => ({ model: 'test-1', input_tokens: 0, output_tokens: 100 }),
      });
      for await (const _ of chunks);
    };
    const f = reprise.flow(
      'f',
      async () => {
        await stream();
        await stream();
        await stream();
      },
      { budget: { tokens: 200 } },
    );
    expect(await failure(f())).toMatchObject({ code: 'REPRISE_BUDGET_EXCEEDED', spent: { tokens: 200 } });
    expect(made).toBe(2);
  });
});

test('a budget of tokens needs no price', async () => {
  const { reprise } = processes().start();
  const { bill, ask } = provider();
  const f = reprise.flow('f', () => sequence(ask, 60, 30, 60), { budget: { tokens: 100 } });
  const error = await failure(f());
  expect(bill).toEqual([60]);
  expect(error.message).toContain('is 100 tokens; 60 tokens of it is spent');
});

test('parallel calls share what is left: what others may use is reserved for them', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const f = reprise.flow('f', () => Promise.allSettled(Array.from({ length: 10 }, () => ask(100))), {
    budget: { usd: dollars(550) },
  });
  const outcomes = await f();
  expect(bill).toHaveLength(5);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});

test('a call that only others in flight keep out waits for them, and is made when they used less', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const open = gate();
  const f = reprise.flow(
    'f',
    async () => {
      await ask(100);
      const slow = ask(20, {}, () => open.promise);
      const late = ask(10);
      await settled();
      const before = [...bill];
      open.resolve();
      await Promise.all([slow, late]);
      return before;
    },
    { budget: { usd: dollars(250) } },
  );
  expect(await f()).toEqual([100, 20]);
  expect(bill).toEqual([100, 20, 10]);
});

test('a call that is kept out by one that has come to a wait does not keep the execution from waiting', async () => {
  const all = processes();
  const { bill, ask } = provider();
  const start = async ({ reprise }: Process) => {
    const both = () => Promise.all([ask(100, {}, () => wait('approve')), ask(50)]);
    return (await reprise.flow('f', both, { budget: { usd: dollars(1_000) } }).start(undefined, { id: 'x' })).result();
  };
  const first = all.start({ prices });
  expect(await waitNames(start(first))).toEqual(['approve']);
  await first.reprise.waits.answer('x', 'approve', 'yes');
  expect(await inTime(all, start(all.start({ prices })))).toEqual(['answer of 100', 'answer of 50']);
  expect(bill).toEqual([100, 100, 50]);
});

test('what earlier processes have spent counts, and what may have been paid when they died', async () => {
  const all = processes();
  const { bill, ask } = provider();
  const define = ({ reprise }: Process, life: number) =>
    reprise.flow(
      'f',
      async () => {
        await ask(100);
        await ask(100, {}, life < 4 ? never : undefined);
        await ask(100);
      },
      { budget: { usd: dollars(450) } },
    );
  for (let life = 1; life <= 3; life++) {
    const process = all.start({ prices });
    void define(process, life).start(undefined, { id: 'x' });
    await settled();
    process.kill();
  }
  const last = all.start({ prices });
  const error = await failure((await define(last, 4).start(undefined, { id: 'x' })).result());
  expect(bill).toEqual([100, 100, 100, 100]);
  expect(error).toMatchObject({ spent: { nanoUsd: 400_000n }, next: { nanoUsd: 100_000n } });
});

test('a call that waits for its budget when its process dies has cost nothing', async () => {
  const all = processes();
  const { bill, ask } = provider();
  const define = ({ reprise }: Process, isFirst: boolean) =>
    reprise.flow('f', () => Promise.all([ask(100, {}, isFirst ? never : undefined), ask(100), ask(100)]), {
      budget: { usd: dollars(400) },
    });
  const first = all.start({ prices });
  void define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start({ prices });
  await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(bill).toEqual([100, 100, 100, 100]);
  const { rows } = await second.reprise.costs.report({ execution: 'x' });
  expect(rows.map(({ status }) => status)).toEqual(['possibly-paid', 'made', 'made', 'made']);
});

test('attempts that failed count as estimated, those of a policy included', async () => {
  const all = processes();
  const { reprise } = all.start({ prices });
  const { bill, ask } = provider();
  const f = reprise.flow(
    'f',
    async () => {
      await ask(100);
      await ask(100, { retry: { attempts: 10, backoff: 1 } }, () => Promise.reject(new Error('down')));
    },
    { budget: { usd: dollars(450) } },
  );
  const error = await failure(inTime(all, (await f.start(undefined, { id: 'x' })).result()));
  expect(error).toMatchObject({ code: 'REPRISE_BUDGET_EXCEEDED', spent: { nanoUsd: 400_000n } });
  expect(bill).toHaveLength(4);
  expect((await reprise.costs.report({ execution: 'x' })).totals).toMatchObject({ attempts: 4, failed: 3 });
});

test('what a provider refuses costs nothing, however often', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const busy = Object.assign(new Error('too many requests'), { status: 429 });
  const f = reprise.flow(
    'f',
    async () => {
      await ask(100);
      for (let n = 0; n < 5; n++) await ask(100, { input: n }, () => Promise.reject(busy)).catch(() => {});
      return ask(100);
    },
    { budget: { usd: dollars(200) } },
  );
  await (await f.start(undefined, { id: 'x' })).result();
  expect(bill).toHaveLength(7);
  const { totals } = await reprise.costs.report({ execution: 'x' });
  expect(totals).toMatchObject({ attempts: 7, failed: 5, unpriced: 0, nanoUsd: 200_000n });
});

test('a model call inside of a model call is a part of it, and not asked about', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const wrapped = () =>
    ask(0, {
      input: 'wrapper',
      run: () => ask(100),
      usage: () => ({ model: 'test-1', input_tokens: 100, output_tokens: 0 }),
    });
  const f = reprise.flow(
    'f',
    async () => {
      await wrapped();
      await wrapped();
      await wrapped();
    },
    { budget: { tokens: 200 } },
  );
  expect(await failure(f())).toMatchObject({ spent: { tokens: 200 } });
  expect(bill).toEqual([100, 100]);
});

describe('children', () => {
  const family = ({ reprise }: Process, ask: ReturnType<typeof provider>['ask'], own?: Budget) => {
    const child = reprise.flow('child', (n: number) => ask(n), own ? { budget: own } : {});
    return reprise.flow(
      'parent',
      async () => {
        await ask(100);
        await Promise.all([child(100), child(101)]);
        return ask(100);
      },
      { budget: { usd: dollars(350) } },
    );
  };

  test('have what is left to their parent', async () => {
    const { bill, ask } = provider();
    const f = family(processes().start({ prices }), ask);
    const error = await failure((await f.start(undefined, { id: 'x' })).result());
    expect(bill).toEqual([100, 100, 101]);
    expect(error).toMatchObject({ execution: 'x', spent: { nanoUsd: 301_000n } });
  });

  test('keep within a smaller budget of their own', async () => {
    const { bill, ask } = provider();
    const f = family(processes().start({ prices }), ask, { tokens: 0 });
    const error = await failure((await f.start(undefined, { id: 'x' })).result());
    expect(bill).toEqual([100]);
    expect(error).toMatchObject({ execution: expect.stringMatching(/^x\./), budget: { tokens: 0 } });
  });

  test('that are cancelled have used what was in flight, as far as anybody knows', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const child = reprise.flow('child', () => ask(100, {}, never));
    const f = reprise.flow(
      'parent',
      async () => {
        await ask(100);
        await child().catch(() => {});
        await ask(100);
      },
      { budget: { tokens: 250 } },
    );
    const handle = await f.start(undefined, { id: 'x' });
    await settled();
    const [running] = await reprise.executions.list({ parent: 'x' });
    await reprise.executions.cancel(running?.id ?? '');
    expect(await failure(handle.result())).toMatchObject({ code: 'REPRISE_BUDGET_EXCEEDED', spent: { tokens: 200 } });
    expect(bill).toEqual([100, 100]);
  });

  test('are counted by a process that comes later, and has not run them', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process, isFirst: boolean) => {
      const child = reprise.flow('child', (n: number) => ask(n));
      return reprise.flow(
        'parent',
        async () => {
          await child(100);
          if (isFirst) await never();
          await ask(100);
        },
        { budget: { tokens: 150 } },
      );
    };
    const first = all.start({ prices });
    void define(first, true).start(undefined, { id: 'x' });
    await settled();
    first.kill();
    const second = define(all.start({ prices }), false);
    expect(await failure((await second.start(undefined, { id: 'x' })).result())).toMatchObject({
      spent: { tokens: 100 },
    });
    expect(bill).toEqual([100]);
  });
});

test('a flow inside of a model call is a part of it', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const child = reprise.flow('child', () => ask(100));
  const f = reprise.flow('f', () => ask(0, { input: 'wrapper', run: () => child() }), { budget: { tokens: 150 } });
  expect(await f()).toBe('answer of 100');
  expect(bill).toEqual([100]);
});

test('a call that waits for others is not made any more once its execution is cancelled', async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const f = reprise.flow(
    'f',
    async () => {
      await ask(100);
      await Promise.all([ask(90, {}, never), ask(80)]);
    },
    { budget: { tokens: 250 } },
  );
  const handle = await f.start(undefined, { id: 'x' });
  await settled();
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ code: 'REPRISE_CANCELLED' });
  await settled();
  expect(bill).toEqual([100, 90]);
});

describe("onExceeded: 'wait'", () => {
  const budget: Budget = { usd: dollars(250), onExceeded: 'wait' };

  test('asks a person, who raises it; and the raise holds for all that comes', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process) => reprise.flow('f', () => sequence(ask, 100, 100, 100, 100), { budget });
    const first = all.start({ prices });
    const { waits } = await waiting((await define(first).start(undefined, { id: 'x' })).result());
    expect(waits).toMatchObject([{ name: 'budget', schema: { properties: { usd: { type: 'number' } } } }]);
    expect(waits[0]?.question).toContain('$0.00020 of it is spent, and the next call');
    expect(bill).toEqual([100, 100]);

    const second = all.start({ prices });
    await second.reprise.waits.answer('x', 'budget', { usd: dollars(350) });
    // Enough for one call, and not for two: it is asked once more.
    const again = await waiting((await define(second).start(undefined, { id: 'x' })).result());
    expect(again.waits.map(({ name }) => name)).toEqual(['budget#2']);
    expect(bill).toEqual([100, 100, 100]);

    const third = all.start({ prices });
    await third.reprise.waits.answer('x', 'budget#2', { usd: dollars(400) });
    expect(await (await define(third).start(undefined, { id: 'x' })).result()).toBe('answer of 100');
    expect(bill).toEqual([100, 100, 100, 100]);
  });

  test('refuses an answer that does not raise it far enough, and asks on', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const { reprise } = all.start({ prices });
    const f = reprise.flow('f', () => sequence(ask, 100, 100, 100), { budget });
    await waiting((await f.start(undefined, { id: 'x' })).result());
    await expect(reprise.waits.answer('x', 'budget', { usd: dollars(299) })).rejects.toThrow(/not enough/);
    await expect(reprise.waits.answer('x', 'budget', { tokens: 1_000 })).rejects.toThrow(/no limit in tokens/);
    await expect(reprise.waits.answer('x', 'budget', 5)).rejects.toThrow(/such as \{ usd: 5 \}/);
    await reprise.waits.answer('x', 'budget', { usd: dollars(300) });
    await (await f.start(undefined, { id: 'x' })).result();
    expect(bill).toEqual([100, 100, 100]);
  });

  test('fails where the person rejects it, and asks again on resume', async () => {
    const { reprise } = processes().start({ prices });
    const { ask } = provider();
    const f = reprise.flow('f', () => sequence(ask, 100, 100, 100), { budget });
    await waiting((await f.start(undefined, { id: 'x' })).result());
    await reprise.waits.reject('x', 'budget', { reason: 'too dear' });
    const error = await failure((await f.start(undefined, { id: 'x' })).result());
    expect(BudgetExceededError.isInstance(error)).toBe(true);
    expect((error.cause as Error).message).toContain('too dear');
    const again = await waiting((await f.start(undefined, { id: 'x' })).result());
    expect(again.waits.map(({ name }) => name)).toEqual(['budget#2']);
  });

  test('asks once for parallel calls, and one answer lets all of them go on', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process) =>
      reprise.flow('f', () => Promise.all(Array.from({ length: 5 }, () => ask(100))), { budget });
    const first = all.start({ prices });
    const { waits } = await waiting((await define(first).start(undefined, { id: 'x' })).result());
    expect(waits.map(({ name }) => name)).toEqual(['budget']);
    const second = all.start({ prices });
    await second.reprise.waits.answer('x', 'budget', { usd: dollars(500) });
    await (await define(second).start(undefined, { id: 'x' })).result();
    expect(bill).toEqual([100, 100, 100, 100, 100]);
  });

  test('asks for a child and its parent side by side, and one answer is enough for both', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process) => {
      const child = reprise.flow('child', () => ask(100));
      return reprise.flow(
        'parent',
        async () => {
          await sequence(ask, 100, 100);
          await Promise.all([child(), ask(100)]);
        },
        { budget },
      );
    };
    const { waits } = await waiting((await define(all.start({ prices })).start(undefined, { id: 'x' })).result());
    expect(waits.map(({ name, execution }) => [name, execution.startsWith('x.')])).toEqual([
      ['budget', false],
      ['budget', true],
    ]);
    const second = all.start({ prices });
    await second.reprise.waits.answer('x', 'budget', { usd: dollars(400) });
    await (await define(second).start(undefined, { id: 'x' })).result();
    expect(bill).toEqual([100, 100, 100, 100]);
    const { journal } = await second.reprise.executions.get(waits[1]?.execution ?? '');
    expect(journal.find(({ name }) => name === 'budget')).toMatchObject({ status: 'completed' });
  });

  test('asks for a child about the budget of its parent, which remembers the raise', async () => {
    const all = processes();
    const { bill, ask } = provider();
    const define = ({ reprise }: Process) => {
      const child = reprise.flow('child', () => sequence(ask, 100, 100, 100));
      return reprise.flow(
        'parent',
        async () => {
          await child();
          await wait('pause');
          await ask(100);
        },
        { budget },
      );
    };
    await waiting((await define(all.start({ prices })).start(undefined, { id: 'x' })).result());
    const second = all.start({ prices });
    await second.reprise.waits.answer('x', 'budget', { usd: dollars(400) });
    await waiting((await define(second).start(undefined, { id: 'x' })).result());
    const third = all.start({ prices });
    await third.reprise.waits.answer('x', 'pause', true);
    await (await define(third).start(undefined, { id: 'x' })).result();
    expect(bill).toEqual([100, 100, 100, 100]);
  });
});

test("onExceeded: 'warn' makes the calls, and warns once", async () => {
  const { reprise } = processes().start({ prices });
  const { bill, ask } = provider();
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  const f = reprise.flow('f', () => sequence(ask, 100, 100, 100, 100), {
    budget: { usd: dollars(150), onExceeded: 'warn' },
  });
  await f();
  await settled();
  process.off('warning', listen);
  expect(bill).toHaveLength(4);
  expect(warnings).toMatchObject([{ name: 'BudgetWarning', code: 'REPRISE_BUDGET_EXCEEDED' }]);
});

describe('what cannot be counted', () => {
  const asks = { model: 'nobody-knows-this-model' };

  test('is refused before it is paid for, with an error that says what to do', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const error = await failure(reprise.flow('f', () => ask(1, { asks }), { budget: { usd: 1 } })());
    expect(UncountableCallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'REPRISE_UNCOUNTABLE_CALL', model: 'nobody-knows-this-model' });
    expect(error.message).toMatch(/option 'prices'.*allowUnpriced: true/);
    expect(bill).toEqual([]);
  });

  test('is refused from the second call on, where it is known only by its answer', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const silent = { usage: () => undefined };
    const f = reprise.flow('f', () => sequence((n) => ask(n, silent), 1, 2), { budget: { tokens: 1_000 } });
    expect(await failure(f())).toMatchObject({ code: 'REPRISE_UNCOUNTABLE_CALL' });
    expect(bill).toEqual([1]);
  });

  test('does not hold up others that are like it, where it is allowed', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const silent = { usage: () => undefined };
    const f = reprise.flow(
      'f',
      async () => {
        await ask(1, silent);
        void ask(2, silent, never);
        void ask(3, silent, never);
        await settled();
      },
      { budget: { tokens: 1_000, allowUnpriced: true } },
    );
    await f();
    expect(bill).toEqual([1, 2, 3]);
  });

  test('is made where it is allowed', async () => {
    const { reprise } = processes().start({ prices });
    const { bill, ask } = provider();
    const f = reprise.flow('f', () => sequence((n) => ask(n, { asks }), 1, 2), {
      budget: { usd: 1, allowUnpriced: true },
    });
    await f();
    expect(bill).toEqual([1, 2]);
  });
});

test('a budget adds no write of its own', async () => {
  const writesOf = async (budget: Budget | undefined) => {
    const driver = memoryDriver();
    let writes = 0;
    const putIfAbsent = (key: string, value: string) => {
      writes++;
      return driver.putIfAbsent?.(key, value) as Promise<boolean>;
    };
    const { reprise } = processes({ ...driver, putIfAbsent }).start({ prices });
    const { ask } = provider();
    await reprise.flow('f', () => sequence(ask, 1, 2, 3, 4, 5), budget ? { budget } : {})();
    return writes;
  };
  const [without, within] = [await writesOf(undefined), await writesOf({ usd: 1 })];
  // One at the start, five for calls that begin, five for outcomes, one at the end.
  expect([without, within]).toEqual([12, 12]);
});

test('the budget of the engine is for executions that have none of their own', async () => {
  const { reprise } = processes().start({ prices, budget: { tokens: 150 } });
  const { ask } = provider();
  const three = () => sequence(ask, 100, 100, 100);
  expect(await failure(reprise.flow('poor', three)())).toMatchObject({ budget: { tokens: 150 } });
  expect(await reprise.flow('rich', three, { budget: { tokens: 500 } })()).toBe('answer of 100');
});

test.for([
  [{}, /usd or tokens must be given/],
  [{ usd: -1 }, /usd must be a number of dollars/],
  [{ usd: '1' }, /usd must be a number of dollars/],
  [{ tokens: 1.5 }, /tokens must be a whole number/],
  [{ usd: 1, onExceeded: 'stop' }, /'fail', 'wait' or 'warn'/],
  [{ usd: 1, allowUnpriced: 'yes' }, /allowUnpriced must be true or false/],
  [{ dollars: 1 }, /no option 'dollars'/],
  [1, /such as \{ usd: 1 \}/],
] as const)('a budget that is none is refused: %j', ([budget, message]) => {
  const { reprise } = processes().start();
  expect(() => reprise.flow('f', async () => 1, { budget: budget as Budget })).toThrow(message);
});
