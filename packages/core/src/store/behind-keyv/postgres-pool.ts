import { createRequire } from 'node:module';

/** The part of a `pg` pool that is used. */
export interface Pool {
  readonly ending?: boolean;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  end(): Promise<void>;
}

type Query = (this: Pool, sql: unknown, ...rest: unknown[]) => unknown;
type PoolClass = { prototype: { query: Query } };

const found = new WeakMap<object, Promise<Pool | undefined>>();
const searches = new Map<string, (pool: Pool) => void>();
const patched = new Map<PoolClass, Query>();
let searchCount = 0;

/**
 * The pool behind an adapter that hides it. A pool on whose 'error' event nobody listens ends the
 * process when Postgres restarts, and `@keyv/postgres` does not listen. So a query with a mark of
 * its own is sent through the adapter, and the pool is whoever receives it.
 */
export function poolBehind(adapter: { query(sql: string): Promise<unknown> }): Promise<Pool | undefined> {
  let pool = found.get(adapter);
  if (pool === undefined) {
    pool = search((mark) => adapter.query(mark));
    found.set(adapter, pool);
  }
  return pool;
}

async function search(send: (sql: string) => Promise<unknown>): Promise<Pool | undefined> {
  const mark = `SELECT 1 /* reprise looks for its pool, ${++searchCount} */`;
  let pool: Pool | undefined;
  searches.set(mark, (receiver) => {
    pool = receiver;
    receiver.on('error', () => {});
  });
  patch();
  try {
    await send(mark);
  } catch {
    // The pool receives the query even where the server is away.
  } finally {
    searches.delete(mark);
    if (searches.size === 0) restore();
  }
  return pool;
}

function patch(): void {
  for (const pool of poolClasses()) {
    if (patched.has(pool)) continue;
    const original = pool.prototype.query;
    patched.set(pool, original);
    pool.prototype.query = function (sql, ...rest) {
      if (typeof sql === 'string') searches.get(sql)?.(this);
      return original.call(this, sql, ...rest);
    };
  }
}

function restore(): void {
  for (const [pool, original] of patched) pool.prototype.query = original;
  patched.clear();
}

// `pg` is CommonJS, so each copy of it that was loaded is known here, whoever loaded it.
function poolClasses(): PoolClass[] {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache)
    .filter((path) => /[\\/]pg-pool[\\/]index\.js$/.test(path))
    .map((path) => cache[path]?.exports as PoolClass);
}
