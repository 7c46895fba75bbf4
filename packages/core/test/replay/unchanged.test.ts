import { describe, expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { checkpoint, now } from '../../src/index.ts';
import { gate, never, type Process, processes, settled } from '../processes.ts';

// Time stands still in these tests, so a call that is held until a timer settles what it is would hang for ever.

/** Three branches of two calls each that run beside one another, and a last call on what they bring. */
function branches({ reprise }: Process, cities = ['rome', 'oslo', 'bern']) {
  const made: string[] = [];
  const step = (name: string) =>
    checkpoint(name, async (text: string) => {
      made.push(`${name}(${text})`);
      return `${name} of ${text}`;
    });
  const [look, rate, sum] = [step('look'), step('rate'), step('sum')];
  const flow = reprise.flow('trip', async (suffix: string) => {
    const found = await Promise.all(cities.map(async (city) => rate(await look(`${city}${suffix}`))));
    return sum(found.join(', '));
  });
  return { flow, made };
}

async function recorded() {
  const all = processes();
  const process = all.start();
  const { flow, made } = branches(process);
  await (await flow.start('', { id: 'source' })).result();
  made.length = 0;
  return { ...process, all, made };
}

describe('with `unchanged`', () => {
  test('exactly the calls are made whose inputs change: those of one branch, and what takes in all', async () => {
    const { reprise, made } = await recorded();
    const replay = await reprise.executions.replay('source', {
      overrides: { 'look#2': { output: 'fog' } },
      reuse: 'unchanged',
    });
    expect(await replay.result()).toBe('sum of rate of look of rome, rate of fog, rate of look of bern');
    expect(made).toEqual(['rate(fog)', 'sum(rate of look of rome, rate of fog, rate of look of bern)']);
  });

  test('a call whose outcome comes out the same again is followed by nothing that is made', async () => {
    const { reprise, made } = await recorded();
    const replay = await reprise.executions.replay('source', { from: 'rate#1', reuse: 'unchanged' });
    await replay.result();
    expect(made).toEqual(['rate(look of rome)']);
  });

  test('nothing is made where nothing changes', async () => {
    const { reprise, made } = await recorded();
    const replay = await reprise.executions.replay('source', { reuse: 'unchanged' });
    expect(await replay.result()).toBe('sum of rate of look of rome, rate of look of oslo, rate of look of bern');
    expect(made).toEqual([]);
  });

  test('another input of the flow makes what it reaches', async () => {
    const { reprise, made } = await recorded();
    await (await reprise.executions.replay('source', { input: '', reuse: 'unchanged' })).result();
    expect(made).toEqual([]);
    await (await reprise.executions.replay('source', { input: '!', reuse: 'unchanged' })).result();
    expect(made).toHaveLength(7);
  });

  test('of a row of calls of one name those are served whose inputs are still there, wherever they stand now', async () => {
    const all = processes();
    const made: string[] = [];
    const list = checkpoint('list', async () => ['a', 'b']);
    const rate = checkpoint('rate', async (name: string) => {
      made.push(name);
      return name.toUpperCase();
    });
    const { reprise } = all.start();
    const flow = reprise.flow('rating', async () => Promise.all((await list()).map((name) => rate(name))));
    await (await flow.start(undefined, { id: 'source' })).result();
    made.length = 0;
    const replay = async (output: string[]) =>
      (await reprise.executions.replay('source', { overrides: { list: { output } }, reuse: 'unchanged' })).result();
    expect(await replay(['x', 'a', 'b'])).toEqual(['X', 'A', 'B']);
    expect(made).toEqual(['x']);
    made.length = 0;
    expect(await replay(['b'])).toEqual(['B']);
    expect(await replay(['b', 'y', 'a'])).toEqual(['B', 'Y', 'A']);
    expect(made).toEqual(['y']);
  });

  test('a call that the code comes to by another way makes what follows from it', async () => {
    const { reprise } = processes().start();
    const made: string[] = [];
    const step = (name: string) =>
      checkpoint(name, async (given: string) => {
        made.push(name);
        return given;
      });
    const [decide, left, right, end] = [step('decide'), step('left'), step('right'), step('end')];
    const flow = reprise.flow('fork', async () => {
      const way = await decide('left');
      return end(await (way === 'left' ? left('go') : right('go')));
    });
    await (await flow.start(undefined, { id: 'source' })).result();
    made.length = 0;
    const replay = await reprise.executions.replay('source', {
      overrides: { decide: { output: 'right' } },
      reuse: 'unchanged',
    });
    expect(await replay.result()).toBe('go');
    expect(made[0]).toBe('right');
  });

  test('a race that is won by what is served has the same winner when the replay is resumed', async () => {
    const all = processes();
    const winners: string[] = [];
    const define = ({ reprise }: Process, isStuck: boolean) => {
      const quick = checkpoint('quick', async () => 'quick');
      const slow = checkpoint('slow', async (_: string) => 'slow');
      const start = checkpoint('start', async () => 'go');
      const end = checkpoint('end', async (winner: string) => {
        winners.push(winner);
        await slow('so that all is stored');
        return isStuck ? never() : winner;
      });
      return reprise.flow('race', async () => {
        const go = await start();
        return end(await Promise.race([slow(go), quick()]));
      });
    };
    await (await define(all.start(), false).start(undefined, { id: 'source' })).result();
    expect(winners).toEqual(['slow']);

    const second = all.start();
    define(second, true);
    const overrides = { start: { output: 'run' } };
    await second.reprise.executions.replay('source', { overrides, reuse: 'unchanged', id: 'replay' });
    await settled();
    second.kill();

    const third = all.start();
    define(third, false);
    expect(await (await third.reprise.executions.resume('replay')).result()).toBe('quick');
    expect(winners).toEqual(['slow', 'quick', 'quick']);
  });

  test('what had ended before the call is handed out before what ended later, so that a race has its winner', async () => {
    const { reprise } = processes().start();
    const go = gate();
    const quick = checkpoint('quick', async () => 'quick');
    const slow = checkpoint('slow', () => go.promise.then(() => 'slow'));
    const tell = checkpoint('tell', async (winner: string) => {
      go.resolve();
      return winner;
    });
    const flow = reprise.flow('race', async () => {
      const late = slow();
      const told = await tell(await Promise.race([late, quick()]));
      await late;
      return told;
    });
    expect(await (await flow.start(undefined, { id: 'source' })).result()).toBe('quick');
    const replay = await reprise.executions.replay('source', { from: 'tell', reuse: 'unchanged' });
    expect(await replay.result()).toBe('quick');
  });

  test('times are what they were, so that prompts with a date stay the same', async () => {
    const all = processes();
    const { reprise } = all.start();
    let made = 0;
    const model = (prompt: string) => call({ kind: 'llm', name: 'model', input: prompt, run: () => `${++made}` });
    const flow = reprise.flow('dated', async () => [await model(`1 ${now()}`), await model(`2 ${now()}`)]);
    await (await flow.start(undefined, { id: 'source' })).result();
    await all.pass(60_000);
    await (await reprise.executions.replay('source', { from: 'model#1', reuse: 'unchanged' })).result();
    expect(made).toBe(3);
  });
});
