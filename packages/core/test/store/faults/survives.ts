import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StoreError, StoreOpenError } from '../../../src/errors/store.ts';
import { openStore, type Store, type StoreSource } from '../../../src/store.ts';
import { describeWith, type Service } from '../../services.ts';
import type { OwnServer } from '../own-servers.ts';
import { eventually } from '../waiting.ts';

/** In milliseconds. */
const DEADLINE = 750;

/** Everything the engine asks of a store. */
const CALLS: Record<string, (store: Store) => Promise<unknown>> = {
  get: (store) => store.get('reprise/kept'),
  getMany: (store) => store.getMany(['reprise/kept', 'reprise/absent']),
  set: (store) => store.set('reprise/other', '1'),
  putIfAbsent: (store) => store.putIfAbsent('reprise/kept', '1'),
  deleteMany: (store) => store.deleteMany(['reprise/other']),
  scan: (store) => store.scan('reprise/k', { limit: 10 }),
};

/** The answers to these calls while all is well. */
const TRUTH: Record<string, unknown> = {
  get: 'kept',
  getMany: ['kept', undefined],
  set: undefined,
  putIfAbsent: false,
  deleteMany: undefined,
  scan: [{ key: 'reprise/kept', value: 'kept' }],
};

/** What each call answered, or the error it failed with. */
async function outcomes(store: Store): Promise<Record<string, unknown>> {
  const found = Object.entries(CALLS).map(async ([name, call]) => [name, await call(store).catch((error) => error)]);
  return Object.fromEntries(await Promise.all(found));
}

function pick(found: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}

function expectFailures(found: Record<string, unknown>): void {
  for (const [name, outcome] of Object.entries(found)) {
    expect(StoreError.isInstance(outcome), `${name} answered ${JSON.stringify(outcome)}`).toBe(true);
  }
}

/** What may happen to a server while it answers: what it is told, and which calls fail from then on. */
export interface Refusal {
  readonly commands: readonly string[][];
  readonly failing: readonly string[];
  readonly remedy: readonly string[][];
}

/** A kind of server. */
interface Kind {
  readonly service: Pick<Service, 'missing'>;
  readonly start: () => Promise<OwnServer>;
  readonly refusals: Record<string, Refusal>;
  /** Removes all data from the server. */
  readonly loss: readonly string[];
  /** The ways to reach the server at a URL. */
  readonly ways: Record<string, (url: string) => StoreSource>;
}

/** Tests that a store tells the truth, or fails in time, whatever happens to its server. */
export function survives(name: string, { service, start, refusals, loss, ways }: Kind): void {
  let server: OwnServer;

  function survivesThrough(source: (url: string) => StoreSource): void {
    const opened: Store[] = [];

    async function open(): Promise<Store> {
      const store = await openStore(source(server.url), { deadline: DEADLINE });
      opened.push(store);
      await store.set('reprise/kept', 'kept');
      return store;
    }

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close().catch(() => {});
    });

    it('tells each call that the server is gone, and goes on when it is back', async () => {
      const store = await open();
      await server.kill();
      expectFailures(await outcomes(store));
      await server.start();
      await eventually(async () => (await store.get('reprise/kept')) === 'kept');
      expect(await outcomes(store)).toEqual(TRUTH);
    });

    it('outlives a restart during which nobody asks', async () => {
      const store = await open();
      await server.kill();
      await server.start();
      await eventually(async () => (await store.get('reprise/kept')) === 'kept');
      expect(await outcomes(store)).toEqual(TRUTH);
    });

    it('tells each call within the deadline that a frozen server does not answer', async () => {
      const store = await open();
      server.freeze();
      const began = performance.now();
      expectFailures(await outcomes(store));
      expect(performance.now() - began).toBeLessThan(DEADLINE * 3);
      server.thaw();
      await eventually(async () => (await store.get('reprise/kept')) === 'kept');
      expect(await outcomes(store)).toEqual(TRUTH);
    });

    it.each(Object.entries(refusals))('takes no refusal for an answer: %s', async (_, refusal) => {
      const store = await open();
      try {
        for (const command of refusal.commands) server.command(...command);
        const found = await outcomes(store);
        expectFailures(pick(found, refusal.failing));
        const others = Object.keys(CALLS).filter((call) => !refusal.failing.includes(call));
        expect(pick(found, others)).toEqual(pick(TRUTH, others));
      } finally {
        for (const command of refusal.remedy) server.command(...command);
      }
    });

    it('does not call absent what was taken from it', async () => {
      const store = await open();
      server.command(...loss);
      const found = await outcomes(store);
      expectFailures(pick(found, ['get', 'getMany']));
    });

    it('cannot be opened while the server is gone', async () => {
      await server.kill();
      await expect(openStore(source(server.url), { deadline: DEADLINE })).rejects.toThrow(StoreOpenError);
      await server.start();
    });
  }

  describeWith(service, name, () => {
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.remove());
    for (const [way, source] of Object.entries(ways)) describe(way, () => survivesThrough(source));
  });
}
