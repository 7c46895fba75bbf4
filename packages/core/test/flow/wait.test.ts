import { describe, expect, test } from 'vitest';
import { callWait } from '../../src/adapter.ts';
import { checkpoint, WaitingError, WaitRejectedError, wait } from '../../src/index.ts';
import { failure, gate, longerThanGrace, type Process, processes, settled, waiting, waitNames } from '../processes.ts';

test('a flow that waits rejects with WaitingError, which carries the waits and says what to do', async () => {
  const all = processes();
  const { reprise } = all.start();
  const ask = reprise.flow('ask', () => wait('approve', { question: 'Publish it?' }));
  const handle = await ask.start(undefined, { id: 'x' });
  const error = await waiting(handle.result());
  expect(error).toMatchObject({ code: 'REPRISE_WAITING', execution: 'x' });
  expect(error.waits).toEqual([
    {
      execution: 'x',
      name: 'approve',
      question: 'Publish it?',
      until: undefined,
      sleep: false,
      schema: undefined,
      at: all.now,
      attempt: 1,
      refused: undefined,
    },
  ]);
  expect(error.message).toMatch(
    /approve \(Publish it\?\).*waits\.answer\('x', 'approve', …\).*executions\.resume\('x'\)/s,
  );
  expect(await handle.status()).toBe('waiting');
});

test('a framework that asks tells what it calls the question, and learns whether it is open', async () => {
  const { reprise } = processes().start();
  const seen: unknown[] = [];
  const ask = reprise.flow('ask', () => {
    const { answer, open, isOpen } = callWait('approve', {}, { reference: 'interrupt-7' });
    void Promise.all([open, isOpen]).then(([wait, isAsked]) => seen.push(wait?.reference, isAsked));
    return answer;
  });
  await waiting((await ask.start(undefined, { id: 'x' })).result());
  expect(seen).toEqual(['interrupt-7', true]);
  expect((await reprise.executions.get('x')).waits).toMatchObject([{ name: 'approve', reference: 'interrupt-7' }]);
  await reprise.waits.answer('x', 'approve', 'yes');
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe('yes');
  expect(seen).toEqual(['interrupt-7', true, undefined, false]);
});

test('the answer may come a month later, to another process', async () => {
  const all = processes();
  const define = ({ reprise }: Process) =>
    reprise.flow('ask', async () => {
      const { ok } = await wait<{ ok: boolean }>('approve');
      return ok ? 'published' : 'dropped';
    });
  const first = all.start();
  await expect((await define(first).start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  first.kill();
  await all.pass(30 * 24 * 3_600_000);
  const second = all.start();
  await second.reprise.waits.answer('x', 'approve', { ok: true });
  expect(await (await define(second).start(undefined, { id: 'x' })).result()).toBe('published');
});

test('an answer is any value that can be stored', async () => {
  const { reprise } = processes().start();
  const ask = reprise.flow('ask', () => wait('what'));
  const values = [undefined, null, false, 0, '', { at: new Date(5), of: new Map([['a', 1n]]) }];
  for (const [i, value] of values.entries()) {
    const id = `x${i}`;
    await expect((await ask.start(undefined, { id })).result()).rejects.toThrow(WaitingError);
    await reprise.waits.answer(id, 'what', value);
    expect(await (await ask.start(undefined, { id })).result()).toEqual(value);
  }
});

describe('a wait may stand', () => {
  async function answered(program: () => Promise<unknown>, answers: Record<string, unknown>) {
    const { reprise, story } = processes().start();
    const f = reprise.flow('f', program);
    for (;;) {
      const outcome = await (await f.start(undefined, { id: 'x' })).result().catch((error) => error);
      if (!WaitingError.isInstance(outcome)) return { outcome, story, reprise };
      const [open] = outcome.waits;
      await reprise.waits.answer('x', open?.name ?? '', answers[open?.name ?? '']);
    }
  }

  test('in a flow', async () => {
    expect((await answered(() => wait('a'), { a: 1 })).outcome).toBe(1);
  });

  test('in a checkpoint, whose body runs again up to it', async () => {
    let bodies = 0;
    const outer = checkpoint('outer', async () => {
      bodies++;
      return ['got', await wait('a')];
    });
    expect((await answered(() => outer(), { a: 1 })).outcome).toEqual(['got', 1]);
    expect(bodies).toBe(2);
  });

  test('in a checkpoint inside of a checkpoint', async () => {
    const inner = checkpoint('inner', () => wait('a'));
    const outer = checkpoint('outer', () => inner());
    expect((await answered(() => outer(), { a: 1 })).outcome).toBe(1);
  });

  test('in one of several parallel branches: the others are finished first', async () => {
    const { reprise, story } = processes().start();
    const open = gate();
    const slow = checkpoint('slow', async () => open.promise);
    const f = reprise.flow('f', () => Promise.all([wait('a'), slow()]));
    const handle = await f.start(undefined, { id: 'x' });
    await longerThanGrace();
    expect(await handle.status()).toBe('running');
    open.resolve();
    await expect(handle.result()).rejects.toThrow(WaitingError);
    expect(story).toEqual(['started', 'made slow', 'waiting']);
  });

  test('in a loop, after a caught error, in finally', async () => {
    const program = async () => {
      const seen: unknown[] = [];
      for (let i = 0; i < 2; i++) seen.push(await wait('a'));
      try {
        throw new Error('x');
      } catch {
        seen.push(await wait('b'));
      } finally {
        seen.push(await wait('c'));
      }
      return seen;
    };
    const answers = { a: 1, 'a#2': 2, b: 3, c: 4 };
    expect((await answered(program, answers)).outcome).toEqual([1, 2, 3, 4]);
  });
});

describe('two waits at once', () => {
  async function asking() {
    const all = processes();
    const process = all.start();
    const { reprise } = process;
    const after = checkpoint('after', async (name: string, value: unknown) => `${name}: ${value}`);
    const branch = async (name: string) => after(name, await wait(name));
    const f = reprise.flow('f', () => Promise.all([branch('left'), branch('right')]));
    const run = async () => (await f.start(undefined, { id: 'x' })).result();
    const error = await waiting(run());
    return { ...process, run, error };
  }

  test('are both in the error', async () => {
    const { error } = await asking();
    expect(error.waits.map(({ name }) => name)).toEqual(['left', 'right']);
  });

  test('are answered one at a time, in any order: each branch goes on as far as it can', async () => {
    const { reprise, run, story } = await asking();
    await reprise.waits.answer('x', 'right', 2);
    expect(await waitNames(run())).toEqual(['left']);
    expect(story.filter((line) => line.endsWith('after'))).toEqual(['made after']);
    await reprise.waits.answer('x', 'left', 1);
    expect(await run()).toEqual(['left: 1', 'right: 2']);
    expect(story.filter((line) => line === 'made after')).toHaveLength(2);
  });
});

describe('names', () => {
  test('a name that is used again is approve#2, approve#3', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', () => Promise.all([wait('approve'), wait('approve'), wait('approve')]));
    const names = await waitNames((await f.start(undefined, { id: 'x' })).result());
    expect(names).toEqual(['approve', 'approve#2', 'approve#3']);
    await reprise.waits.answer('x', 'approve#2', 'two');
    await reprise.waits.answer('x', 'approve#3', 'three');
    await reprise.waits.answer('x', 'approve', 'one');
    expect(await (await f.start(undefined, { id: 'x' })).result()).toEqual(['one', 'two', 'three']);
  });

  test('numbers are kept when the execution goes on elsewhere, and go on from there', async () => {
    const all = processes();
    const define = ({ reprise }: Process) =>
      reprise.flow('f', async () => [await wait('approve'), await wait('approve'), await wait('approve')]);
    for (const [name, value] of [
      ['approve', 1],
      ['approve#2', 2],
      ['approve#3', 3],
    ] as const) {
      const process = all.start();
      expect(await waitNames((await define(process).start(undefined, { id: 'x' })).result())).toEqual([name]);
      await process.reprise.waits.answer('x', name, value);
      await settled();
    }
    expect(await (await define(all.start()).start(undefined, { id: 'x' })).result()).toEqual([1, 2, 3]);
  });

  test('a wait that is named like the second of another is not taken for it', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', () => Promise.all([wait('a#2'), wait('a'), wait('a')]));
    const names = await waitNames((await f.start(undefined, { id: 'x' })).result());
    expect(new Set(names).size).toBe(3);
    for (const [i, name] of names.entries()) await reprise.waits.answer('x', name, i);
    expect(await (await f.start(undefined, { id: 'x' })).result()).toEqual([0, 1, 2]);
  });
});

describe('who answered and when', () => {
  test('is recorded with the answer', async () => {
    const all = processes();
    const { reprise } = all.start();
    const f = reprise.flow('f', () => wait('approve'));
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
    const asked = all.now;
    await all.pass(5_000);
    await reprise.waits.answer('x', 'approve', true, { by: 'ada' });
    await (await f.start(undefined, { id: 'x' })).result();
    const [call] = (await reprise.executions.get('x')).journal;
    expect(call).toMatchObject({
      kind: 'wait',
      name: 'approve',
      status: 'completed',
      output: true,
      by: 'ada',
      startedAt: asked,
      milliseconds: 5_000,
    });
  });
});

describe('a rejection', () => {
  test('throws WaitRejectedError at the wait, with the reason and who said so', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', () => wait('approve'));
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
    await reprise.waits.reject('x', 'approve', { reason: 'too expensive', by: 'ada' });
    const error = await failure((await f.start(undefined, { id: 'x' })).result());
    expect(error).toBeInstanceOf(WaitRejectedError);
    expect(error).toMatchObject({
      wait: 'approve',
      by: 'ada',
      message: "Wait 'approve' was rejected by ada: too expensive",
    });
  });

  test('can be caught, and is caught again when the execution goes on', async () => {
    const all = processes();
    const drop = checkpoint('drop', async (why: string) => why);
    const define = ({ reprise }: Process) =>
      reprise.flow('f', async () => {
        const why = await wait('approve').catch((error: Error) => drop(error.message));
        return [why, await wait('really')];
      });
    const first = all.start();
    const f = define(first);
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
    await first.reprise.waits.reject('x', 'approve');
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(/really/);
    const second = all.start();
    await second.reprise.waits.answer('x', 'really', 'yes');
    const result = await (await define(second).start(undefined, { id: 'x' })).result();
    expect(result).toEqual(["Wait 'approve' was rejected.", 'yes']);
  });

  test('is final: the execution that it ended fails again when it is resumed', async () => {
    const { reprise } = processes().start();
    const f = reprise.flow('f', () => wait('approve'));
    await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
    await reprise.waits.reject('x', 'approve');
    for (let i = 0; i < 2; i++) {
      await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitRejectedError);
    }
  });
});
