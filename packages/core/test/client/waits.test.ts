import { describe, expect, test } from 'vitest';
import { checkpoint, sleep, wait } from '../../src/index.ts';
import { failure, processes, settled, waiting } from '../processes.ts';

describe('list', () => {
  test('gives what is waited for in all executions, the oldest first, without sleeps', async () => {
    const all = processes();
    const { reprise } = all.start();
    const ask = reprise.flow('ask', (name: string) => wait(name, { question: `${name}?` }));
    const nap = reprise.flow('nap', () => sleep('1 day'));
    for (const id of ['b', 'a', 'c']) {
      await waiting((await ask.start(id, { id })).result());
      await all.pass(1_000);
    }
    await waiting((await nap.start(undefined)).result());
    await settled();
    const open = await reprise.waits.list();
    expect(open.map(({ execution, name, question }) => [execution, name, question])).toEqual([
      ['b', 'b', 'b?'],
      ['a', 'a', 'a?'],
      ['c', 'c', 'c?'],
    ]);
  });

  test('can be narrowed to one execution', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', () => Promise.all([wait('one'), wait('two')]));
    for (const id of ['a', 'b']) await waiting((await ask.start(undefined, { id })).result());
    await settled();
    const open = await reprise.waits.list({ execution: 'b' });
    expect(open.map(({ execution, name }) => [execution, name])).toEqual([
      ['b', 'one'],
      ['b', 'two'],
    ]);
  });

  test('no longer has a wait that was answered once its execution went on', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', async () => [await wait('one'), await wait('two')]);
    await waiting((await ask.start(undefined, { id: 'x' })).result());
    await settled();
    await reprise.waits.answer('x', 'one', 1);
    await waiting((await ask.start(undefined, { id: 'x' })).result());
    await settled();
    expect((await reprise.waits.list()).map(({ name }) => name)).toEqual(['two']);
  });
});

describe('answer', () => {
  test('to an execution that nobody has is NotFoundError', async () => {
    const { waits } = processes().start().reprise;
    for (const attempt of [waits.answer('nobody', 'approve', 1), waits.reject('nobody', 'approve')]) {
      await expect(attempt).rejects.toMatchObject({ code: 'REPRISE_NOT_FOUND' });
    }
  });

  test('that cannot be stored names the part, and the wait stays open', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', () => wait('approve'));
    await waiting((await ask.start(undefined, { id: 'x' })).result());
    const error = await failure(reprise.waits.answer('x', 'approve', { by: () => {} }));
    expect(error).toMatchObject({ code: 'REPRISE_UNSTORABLE_VALUE', path: 'answer.by' });
    await reprise.waits.answer('x', 'approve', 1);
    expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe(1);
  });

  test('to the second wait of a name that was never asked is refused', async () => {
    const { reprise } = processes().start();
    const busy = checkpoint('busy', () => new Promise(() => {}));
    await reprise.flow('f', () => busy()).start(undefined, { id: 'x' });
    await expect(reprise.waits.answer('x', 'approve#2', 1)).rejects.toMatchObject({
      code: 'REPRISE_NOT_FOUND',
      message: expect.stringMatching(/has not waited for 'approve' yet/),
    });
  });

  test('to a cancelled execution says that it waits for nothing', async () => {
    const { reprise } = processes().start();
    const ask = reprise.flow('ask', () => wait('approve'));
    await waiting((await ask.start(undefined, { id: 'x' })).result());
    await settled();
    await reprise.executions.cancel('x');
    await expect(reprise.waits.answer('x', 'approve', 1)).rejects.toThrow(/x is cancelled; it waits for nothing/);
  });
});
