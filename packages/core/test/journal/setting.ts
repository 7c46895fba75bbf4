import { Journal, type JournalContext } from '../../src/journal/journal.ts';
import type { JournalRecord } from '../../src/journal/records.ts';
import { plainSeal } from '../../src/journal/seal.ts';
import type { Driver } from '../../src/store/driver.ts';
import { guard } from '../../src/store/guarded.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { type FakeWorld, fakeWorld } from '../../src/testing/fake-world.ts';
import { type FaultyStore, faultyStore } from '../../src/testing/faulty-store.ts';

/** A store that faults can be planned for, and journals on it. */
export interface Setting {
  readonly faults: FaultyStore;
  readonly store: Store;
  readonly world: FakeWorld;
  context(owner?: string): JournalContext;
  journal(owner?: string, position?: { epoch: number; next: number }): Journal;
  /** What was asked of the store to write, in order. */
  writes(): string[];
}

export async function setting(driver: Driver = memoryDriver()): Promise<Setting> {
  const world = fakeWorld();
  const faults = faultyStore(driver, [], world);
  const store = await guard(faults, { world });
  const context = (owner = 'me'): JournalContext => ({
    store,
    seal: plainSeal,
    world,
    owner: { id: owner, host: 'here', pid: 1 },
    patience: 10_000,
  });
  return {
    faults,
    store,
    world,
    context,
    journal: (owner, position = { epoch: 1, next: 0 }) => new Journal(context(owner), 'x', position),
    writes: () =>
      faults.requests
        .filter(({ operation }) => operation === 'putIfAbsent' || operation === 'set')
        .map(({ operation, keys }) => `${operation} ${keys[0]?.replace('reprise/', '')}`),
  };
}

/** A record that is told from others by a number. */
export function line(n: number): JournalRecord {
  return { head: { t: 'log', at: n, scope: '', cause: '', n }, value: String(n) };
}

/** The numbers of records. */
export function numbers(records: readonly JournalRecord[]): number[] {
  return records.map(({ head }) => (head.t === 'log' ? head.n : -1));
}
