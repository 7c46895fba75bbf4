import { StoreOpenError } from '../errors/store.ts';
import { maskAbout, maskAddress } from '../secrets/text.ts';
import { maskError } from '../secrets/value.ts';
import { hasMethods } from './behind-keyv/shape.ts';
import type { Driver } from './driver.ts';
import { type GuardOptions, guard } from './guarded.ts';
import { keyvDriver } from './keyv.ts';
import type { KeyvLike } from './keyv-like.ts';
import { reasonOf } from './reason.ts';
import type { Store } from './store.ts';
import * as memory from './uri/memory.ts';
import * as postgres from './uri/postgres.ts';
import * as redis from './uri/redis.ts';
import * as sqlite from './uri/sqlite.ts';
import * as valkey from './uri/valkey.ts';

/** The store that is used when nothing else is said. */
export const DEFAULT_STORE = 'sqlite:.reprise/reprise.db';

const SCHEMES = new Map<string, (uri: string) => Promise<Driver>>([
  ['sqlite:', sqlite.open],
  ['redis:', redis.open],
  ['rediss:', redis.open],
  ['valkey:', valkey.open],
  ['postgres:', postgres.open],
  ['postgresql:', postgres.open],
  ['memory:', memory.open],
]);

/** What a store can be given as: a URI, a Keyv that is the engine's own from then on, or a driver. */
export type StoreSource = string | KeyvLike | Driver;

/** Opens the store and makes sure that it can be relied on. */
export async function openStore(source: StoreSource = DEFAULT_STORE, options: GuardOptions = {}): Promise<Store> {
  return guard(await driverOf(source), options);
}

async function driverOf(source: StoreSource): Promise<Driver> {
  if (typeof source === 'string') return driverByUri(source);
  if (isKeyv(source)) return keyvDriver(source);
  if (isDriver(source)) return source;
  const hint = hasMethods(source, 'get', 'set', 'delete')
    ? ' This looks like a Keyv adapter: wrap it, new Keyv({ store }).'
    : '';
  throw new StoreOpenError(`A store is given as a URI, a Keyv or a Driver.${hint}`);
}

async function driverByUri(uri: string): Promise<Driver> {
  const open = SCHEMES.get(uri.slice(0, uri.indexOf(':') + 1).toLowerCase());
  if (open === undefined) {
    const accepted = [...SCHEMES.keys()].join(', ');
    throw new StoreOpenError(
      `"${maskAddress(uri)}" names no store. Begin with one of ${accepted}; for example ${DEFAULT_STORE}.`,
    );
  }
  try {
    return await open(uri);
  } catch (cause) {
    const mask = maskAbout(uri);
    if (StoreOpenError.isInstance(cause)) throw maskError(cause, mask);
    throw new StoreOpenError(mask(`The store ${uri} cannot be opened: ${reasonOf(cause)}`), {
      cause: maskError(cause, mask),
    });
  }
}

function isKeyv(source: object): source is KeyvLike {
  return hasMethods(source, 'get', 'getMany', 'set', 'deleteMany', 'on') && 'store' in source;
}

function isDriver(source: object): source is Driver {
  return hasMethods(source, 'getMany', 'set', 'deleteMany') && 'name' in source;
}
