import { describe, expect, test } from 'vitest';
import { call, scope } from '../../src/adapter.ts';
import { never, type Process, processes, settled } from '../processes.ts';

/** A tool that fails as long as the net is down. */
const search = (net: { isUp: boolean; tries: number }) =>
  call({
    kind: 'tool',
    name: 'search',
    input: 'otters',
    run: async () => {
      net.tries++;
      if (!net.isUp) throw new Error('no net');
      return 'found';
    },
  });
const ask = (input: string) => call({ kind: 'llm', name: 'model', input, run: async () => `re ${input}` });
const stage = <T>(number: number, name: string, body: () => Promise<T>) => scope('step', name, body, { stage: number });

/** Steps one after the other, in each of which the agent is in a scope of its own. */
async function steps(net: { isUp: boolean; tries: number }, last: () => Promise<unknown>): Promise<string> {
  const found = await stage(1, 'search', () => scope('tool', 'a', () => search(net))).catch((error) => error.message);
  const said = await stage(2, 'say', () => ask(found));
  await stage(3, 'last', last);
  return said;
}

async function crashed({ reprise, kill }: Process, program: () => Promise<unknown>): Promise<void> {
  await reprise.flow('f', program).start(undefined, { id: 'x' });
  await settled();
  kill();
}

test('a failure of a stage is got over when a call has begun in a later one', async () => {
  const all = processes();
  const net = { isUp: false, tries: 0 };
  await crashed(all.start(), () => steps(net, never));
  net.isUp = true;
  const { reprise } = all.start();
  const handle = await reprise.flow('f', () => steps(net, async () => {})).start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('re no net');
  expect(net.tries).toBe(1);
});

test('a failure of a stage is tried again where no later one has begun', async () => {
  const all = processes();
  const net = { isUp: false, tries: 0 };
  await crashed(all.start(), async () => {
    await Promise.all([
      stage(1, 'other', async () => [await ask('one'), await ask('two'), await ask('three')]),
      stage(1, 'search', () => scope('tool', 'a', () => search(net))).catch(never),
    ]);
  });
  net.isUp = true;
  const { reprise } = all.start();
  const handle = await reprise.flow('f', () => steps(net, async () => {})).start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('re found');
});

test('a failure that was got over, and over which the execution failed in the end, is tried again', async () => {
  const { reprise } = processes().start();
  const net = { isUp: false, tries: 0 };
  const program = async () => {
    let failure: unknown;
    await stage(1, 'search', () => search(net)).catch((error) => {
      failure = error;
    });
    await stage(2, 'say', () => ask('on'));
    if (failure) throw failure;
    return 'done';
  };
  const f = reprise.flow('f', program);
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('no net');
  net.isUp = true;
  expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('done');
});

test('what is recorded of earlier stages and is not asked for holds nothing back', async () => {
  const all = processes();
  const early = () => stage(1, 'early', async () => [await ask('one'), await ask('two')]);
  const late = () => stage(2, 'late', async () => [await ask('three'), await ask('four')]);
  await crashed(all.start(), async () => {
    await early();
    await late();
    await never();
  });
  // The clock stands: what is held would be held for ever.
  const { reprise, story } = all.start();
  const handle = await reprise.flow('f', late).start(undefined, { id: 'x' });
  expect(await handle.result()).toEqual(['re three', 're four']);
  expect(story.filter((line) => line.startsWith('made'))).toEqual([]);
});

test('a completed execution that is told once more has each recorded failure again, got over or not', async () => {
  const { reprise } = processes().start();
  const net = { isUp: false, tries: 0 };
  const f = reprise.flow('f', async () => {
    const first = await stage(1, 'search', () => search(net)).catch((error: Error) => error.message);
    await stage(2, 'say', () => ask('on'));
    return `${first}, ${await search(net).catch((error: Error) => error.message)}`;
  });
  for (let run = 0; run < 2; run++) {
    const handle = await f.start(undefined, { id: 'x', retell: true });
    expect(await handle.result()).toBe('no net, no net');
    net.isUp = true;
  }
  expect(net.tries).toBe(2);
});

test('what is recorded inside of a call that goes on without it holds nothing back when that has come to its end', async () => {
  const all = processes();
  const inside = () => call({ kind: 'checkpoint', name: 'inside', input: undefined, run: async () => 'done' });
  const outer = (first: () => Promise<unknown>, last: () => Promise<unknown>) => () =>
    call({
      kind: 'checkpoint',
      name: 'outer',
      input: undefined,
      run: async () => {
        await first();
        await last();
        return 'over';
      },
    });
  await crashed(all.start(), outer(inside, never));
  const { reprise } = all.start();
  const handle = await reprise
    .flow(
      'f',
      outer(
        async () => {},
        async () => {},
      ),
    )
    .start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('over');
});

describe('a scope of which the framework tells only a part again', () => {
  const graph = <T>(body: () => Promise<T>) => scope('graph', 'g', body, { partial: true });

  test('is not held back by the steps that are left out', async () => {
    const all = processes();
    const one = () => stage(1, 'one', async () => [await ask('a'), await ask('b')]);
    const two = () => stage(1, 'two', async () => [await ask('c'), await ask('d')]);
    await crashed(all.start(), () => graph(async () => [await one(), await two(), await never()]));
    const { reprise, story } = all.start();
    const f = reprise.flow('f', () => graph(async () => [...(await two()), await stage(2, 'on', () => ask('e'))]));
    expect(await (await f.start(undefined, { id: 'x' })).result()).toEqual(['re c', 're d', 're e']);
    expect(story.filter((line) => line.startsWith('made'))).toEqual(['made model']);
  });

  test('has the winners of its races again inside of a step', async () => {
    const all = processes();
    const gate = Promise.withResolvers<void>();
    const slow = () => call({ kind: 'llm', name: 'slow', input: 'slow', run: () => gate.promise.then(() => 'slow') });
    const race = () => stage(1, 'race', async () => Promise.race([slow(), ask('fast')]));
    await crashed(all.start(), () =>
      graph(async () => {
        await race();
        gate.resolve();
        await never();
      }),
    );
    const { reprise } = all.start();
    const f = reprise.flow('f', () => graph(race));
    expect(await (await f.start(undefined, { id: 'x' })).result()).toBe('re fast');
  });
});

test('a scope that is entered again under its key has its calls apart, and got over what failed in it before', async () => {
  const all = processes();
  let tries = 0;
  const program = (last: () => Promise<unknown>) => async () => {
    const said: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const tried = () =>
        call({
          kind: 'tool',
          name: 'flaky',
          input: 'same',
          run: async () => {
            if (++tries < 3) throw new Error(`down ${tries}`);
            return 'up';
          },
        });
      said.push(await scope('tool', 'a', tried).catch((error: Error) => error.message));
    }
    await last();
    return said;
  };
  await crashed(all.start(), program(never));
  const { reprise } = all.start();
  const handle = await reprise
    .flow(
      'f',
      program(async () => {}),
    )
    .start(undefined, { id: 'x' });
  expect(await handle.result()).toEqual(['down 1', 'down 2', 'up']);
  expect(tries).toBe(3);
});
