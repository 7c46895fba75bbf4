import { expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { never, processes, settled } from '../processes.ts';

/** Runs a program in one process, kills that when it hangs, and runs it to its end in another. */
async function crashAndResume<R>(program: (hang: () => Promise<unknown>) => Promise<R>) {
  const all = processes();
  const first = all.start();
  await first.reprise.flow('program', () => program(never)).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start();
  const handle = await second.reprise.flow('program', () => program(async () => {})).start(undefined, { id: 'x' });
  return { result: await handle.result(), first, second };
}

test('a finished call is served after a crash, and its body is not run', async () => {
  const bodies: string[] = [];
  const search = checkpoint('search', async (topic: string) => {
    bodies.push(topic);
    return { topic, at: new Date(0) };
  });
  const { result, second } = await crashAndResume(async (hang) => {
    const found = await search('otters');
    await hang();
    return found;
  });
  expect(result).toEqual({ topic: 'otters', at: new Date(0) });
  expect(bodies).toEqual(['otters']);
  expect(second.story).toEqual(['resumed', 'served search', 'completed']);
});

test('a call that had not finished when the process died is made again', async () => {
  let bodies = 0;
  const search = checkpoint(
    'search',
    async (hang: () => Promise<unknown>) => {
      bodies++;
      await hang();
      return bodies;
    },
    { digest: () => 'search' },
  );
  const { result } = await crashAndResume((hang) => search(hang));
  expect(result).toBe(2);
});

test('calls of one name and input in a loop are told apart', async () => {
  let count = 0;
  const next = checkpoint('next', async () => ++count);
  const { result } = await crashAndResume(async (hang) => {
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) {
      seen.push(await next());
      if (i === 2) await hang();
    }
    return seen;
  });
  expect(result).toEqual([1, 2, 3, 4, 5]);
  expect(count).toBe(5);
});

test('parallel branches of equal calls get their own values back, whatever order they ended in', async () => {
  let asked = 0;
  const ends: (() => void)[] = [];
  const ask = checkpoint('ask', async (_: string) => {
    const mine = asked++;
    if (mine < 3) await new Promise<void>((resolve) => ends.push(resolve));
    return mine;
  });
  const use = checkpoint('use', async (_: string, n: number) => n);
  const all = processes();
  const program = (hang: boolean) => async () => {
    const branch = async () => [await ask('same'), await use('same', 0)];
    const results = await Promise.all([branch(), branch(), branch()]);
    if (hang) await never();
    return results;
  };
  const first = all.start();
  await first.reprise.flow('program', program(true)).start(undefined, { id: 'x' });
  await settled();
  for (const end of [ends[2], ends[0], ends[1]]) {
    end?.();
    await settled();
  }
  first.kill();
  const second = all.start();
  const handle = await second.reprise.flow('program', program(false)).start(undefined, { id: 'x' });
  expect((await handle.result()).map(([n]) => n)).toEqual([0, 1, 2]);
  expect(asked).toBe(3);
});

test('a race has the same winner when it is resumed', async () => {
  const ends = new Map<string, () => void>();
  const run = checkpoint('run', async (name: string) => {
    await new Promise<void>((resolve) => ends.set(name, resolve));
    return name;
  });
  const all = processes();
  const program = (hang: boolean) => async () => {
    const winner = await Promise.race([run('first started'), run('second started')]);
    if (hang) await never();
    return winner;
  };
  const first = all.start();
  await first.reprise.flow('race', program(true)).start(undefined, { id: 'x' });
  await settled();
  ends.get('second started')?.();
  await settled();
  ends.get('first started')?.();
  await settled();
  first.kill();
  const second = all.start();
  const handle = await second.reprise.flow('race', program(false)).start(undefined, { id: 'x' });
  expect(await handle.result()).toBe('second started');
});

test('a value that was served is a new object each time: changing it changes nothing that is stored', async () => {
  const all = processes();
  const list = checkpoint('list', async () => [1]);
  const program = async (fail: boolean) => {
    const numbers = await list();
    numbers.push(2);
    if (fail) throw new Error('stop');
    return numbers;
  };
  let fail = true;
  const { reprise } = all.start();
  const flow = reprise.flow('program', () => program(fail));
  for (let i = 0; i < 2; i++) {
    await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  }
  fail = false;
  expect(await (await flow.start(undefined, { id: 'x' })).result()).toEqual([1, 2]);
});

test('a result that cannot be stored fails the call, and names the part', async () => {
  const { reprise } = processes().start();
  class Connection {}
  const open = checkpoint('open', async () => ({ id: 1, via: new Connection() as unknown }));
  await expect(reprise.flow('f', () => open())()).rejects.toMatchObject({
    code: 'REPRISE_UNSTORABLE_VALUE',
    path: 'result.via',
    message: expect.stringMatching(/^checkpoint 'open': result\.via is an instance of Connection, /),
  });
});

test('an input that cannot be stored is refused before the body runs, and digest helps', async () => {
  const { reprise } = processes().start();
  let bodies = 0;
  const body = async (log: (text: string) => void, name: string) => {
    bodies++;
    log(name);
    return name;
  };
  const refused = checkpoint('refused', body);
  await expect(reprise.flow('f', () => refused(() => {}, 'a'))()).rejects.toMatchObject({ path: 'input[0]' });
  expect(bodies).toBe(0);

  const taken = checkpoint('taken', body, { digest: (_log, name) => ({ name }) });
  const handle = await reprise.flow('g', () => taken(() => {}, 'a')).start(undefined);
  expect(await handle.result()).toBe('a');
  const { journal } = await reprise.executions.get(handle.id);
  expect(journal[0]?.input).toEqual({ name: 'a' });
});

test('a call without a result is recorded as one, and served', async () => {
  let bodies = 0;
  const touch = checkpoint('touch', async () => {
    bodies++;
  });
  const { result } = await crashAndResume(async (hang) => {
    const nothing = await touch();
    await hang();
    return [nothing];
  });
  expect(result).toEqual([undefined]);
  expect(bodies).toBe(1);
});

test('code between calls runs again', async () => {
  let between = 0;
  const step = checkpoint('step', async () => 1);
  await crashAndResume(async (hang) => {
    await step();
    between++;
    await hang();
  });
  expect(between).toBe(2);
});

test('a large value is kept and served whole', async () => {
  const text = 'otter '.repeat(50_000);
  let bodies = 0;
  const read = checkpoint('read', async () => {
    bodies++;
    return text;
  });
  const { result } = await crashAndResume(async (hang) => {
    const got = await read();
    await hang();
    return got;
  });
  expect(result === text).toBe(true);
  expect(bodies).toBe(1);
});
