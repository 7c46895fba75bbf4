import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { type Driver, openStore, type Store } from '@reprise/core/store';
import { describe, it } from 'vitest';

export const redisUrl: string = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const missing = process.env.REPRISE_REQUIRE_SERVICES === '1' ? undefined : await reasonToSkip();

/** Like `describe`, for tests that need Redis. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe(name, () => it.skip(`skipped: ${missing}`, () => {}));
}

export function openRedis(): Promise<Store> {
  return openStore(redisUrl);
}

/** A part of a store that is seen as a store of its own. */
export function fresh(store: Store): Driver {
  const head = `test/${randomBytes(6).toString('hex')}/`;
  const inside = (keys: readonly string[]) => keys.map((key) => head + key);
  return {
    name: store.name,
    getMany: (keys) => store.getMany(inside(keys)),
    set: (key, value) => store.set(head + key, value),
    deleteMany: (keys) => store.deleteMany(inside(keys)),
    putIfAbsent: (key, value) => store.putIfAbsent(head + key, value),
    async keys(prefix) {
      const entries = await store.scan(head + prefix, { limit: Number.MAX_SAFE_INTEGER });
      return entries.map(({ key }) => key.slice(head.length));
    },
  };
}

/** Removes what a driver still holds. */
export async function empty(driver: Driver): Promise<void> {
  await driver.deleteMany((await driver.keys?.('')) ?? []);
}

function reasonToSkip(): Promise<string | undefined> {
  const { hostname, port } = new URL(redisUrl);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2_000 });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    const nothing = `nothing answers at ${hostname}:${port || 6379}, set REDIS_URL`;
    socket.once('connect', () => end());
    socket.once('error', () => end(nothing));
    socket.once('timeout', () => end(nothing));
  });
}
