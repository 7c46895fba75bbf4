import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { checkpoint, current, type Flow, type Reprise, sleep } from '../../src/index.ts';

/** What the program tells of itself, at the moment at which it happens. */
export type Trace =
  /** A body begins, or ends with its value. `place` says where in the program the call stands. */
  | { readonly t: 'start' | 'end'; readonly place: string; readonly call: string; readonly execution: string }
  /** The program was handed an outcome. */
  | { readonly t: 'got'; readonly place: string; readonly value: unknown };

/** How the program is run: for real, or only from the journal. */
export interface Surroundings {
  trace(event: Trace): void;
  /** Work that is not recorded: inside of bodies and between calls. */
  delay(): Promise<void>;
}

/** A short time by chance; often none, and sometimes not even a turn of the event loop. */
export async function randomDelay(): Promise<void> {
  const chance = Math.random();
  if (chance < 0.25) return;
  if (chance < 0.4) await new Promise(setImmediate);
  else await pause(Math.random() ** 2 * 25);
}

/**
 * A flow of every kind of call: one after another, nested, in parallel, racing, tried again, failing, and in a
 * child. Each value names the place whose body made it and holds a number that no other body has given out.
 */
export function tortureFlow(reprise: Reprise, { trace, delay }: Surroundings): Flow<{ round: number }, unknown> {
  // Where the program stands, past all that the engine knows.
  const standing = new AsyncLocalStorage<string>();

  async function work(): Promise<string> {
    const place = standing.getStore() as string;
    const { execution, call } = current();
    const where = { place, call: call?.id as string, execution: execution.id };
    trace({ t: 'start', ...where });
    await delay();
    trace({ t: 'end', ...where });
    return `${place} ${randomUUID().slice(0, 8)}`;
  }

  /** Makes a call at a place of the program, and tells what it was handed. */
  async function at<T>(place: string, call: () => Promise<T>): Promise<T> {
    const value = await standing.run(place, call);
    trace({ t: 'got', place, value });
    return value;
  }

  const llm = checkpoint('llm', work);
  const tool = checkpoint('tool', (_input: string) => work());
  const outer = checkpoint('outer', async () => {
    const place = standing.getStore() as string;
    const { attempt } = current().call ?? { attempt: 0 };
    const inside = `${place}/${attempt}`;
    const first = await at(`${inside}/first`, llm);
    await delay();
    const pair = await Promise.all([at(`${inside}/left`, llm), at(`${inside}/right`, llm)]);
    return { first, pair, own: await work() };
  });
  const unsteady = checkpoint(
    'unsteady',
    async () => {
      const place = standing.getStore() as string;
      const { attempt } = current().call ?? { attempt: 0 };
      const inner = await at(`${place}/${attempt}/inner`, llm);
      const own = await work();
      if (attempt < 4 && Math.random() < 0.5) throw new Error(`attempt ${attempt} failed`);
      return { inner, own };
    },
    { retry: { attempts: 4, backoff: 4 } },
  );
  const failing = checkpoint('failing', async () => {
    throw new Error(await work());
  });

  async function chain(name: string, length: number): Promise<string[]> {
    const values: string[] = [];
    for (let i = 0; i < length; i++) {
      if (i > 0) await delay();
      values.push(await at(`${name}.${i}`, i % 2 === 0 ? llm : () => tool('the same for all')));
    }
    return values;
  }

  /** Begins after work that is not recorded, so its input tells it from its neighbours. */
  async function lateChain(name: string): Promise<string[]> {
    await delay();
    const first = await at(`${name}.0`, () => tool(name));
    await delay();
    return [first, await at(`${name}.1`, llm)];
  }

  /** Goes on only when work that is not recorded has ended, too. */
  async function joined(name: string): Promise<string[]> {
    const [first] = await Promise.all([at(`${name}.0`, llm), delay()]);
    return [first, await at(`${name}.1`, llm)];
  }

  async function race(name: string): Promise<string[]> {
    const winner = await Promise.race([at(`${name}.a`, llm), at(`${name}.b`, llm), at(`${name}.c`, () => tool('c'))]);
    trace({ t: 'got', place: `${name}.winner`, value: winner });
    return [winner, await at(`${name}.next`, llm)];
  }

  async function raceWithTime(name: string): Promise<string[]> {
    const late = sleep(Math.random() * 20).then(() => 'late');
    const winner = await Promise.race([at(`${name}.call`, llm), late]);
    trace({ t: 'got', place: `${name}.winner`, value: winner });
    return [winner, await at(`${name}.next`, llm)];
  }

  async function survivor(name: string): Promise<string[]> {
    const failure = await at(`${name}.failure`, () => failing().catch((error: Error) => error.message));
    return [failure, await at(`${name}.next`, llm)];
  }

  const child = reprise.flow('child', async (name: string) => {
    const [left, right] = await Promise.all([chain(`${name}/left`, 2), chain(`${name}/right`, 2)]);
    return { left, right };
  });

  return reprise.flow('torture', async ({ round }) => {
    const before = await chain('before', 2);
    const parallel = await Promise.all([
      chain('chain 1', 4),
      chain('chain 2', 4),
      chain('chain 3', 2 + (round % 3)),
      at('outer', outer),
      at('unsteady', unsteady),
      standing.run('child', () => child('child')),
      race('race'),
      raceWithTime('time'),
      survivor('survivor'),
      lateChain('late 1'),
      lateChain('late 2'),
      joined('joined 1'),
      joined('joined 2'),
    ]);
    const between = await chain('between', 2);
    const nested = await at('last', outer);
    const races = await Promise.all([race('race 2'), race('race 3'), chain('chain 4', 3), chain('chain 5', 3)]);
    return { before, parallel, between, nested, races, after: await chain('after', 2) };
  });
}
