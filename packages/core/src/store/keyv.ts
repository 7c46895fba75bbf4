import { StoreOpenError } from '../errors/store.ts';
import { maskText } from '../secrets/text.ts';
import { attributed, attributeErrors } from './behind-keyv/attribution.ts';
import { adapterOf, framingOf } from './behind-keyv/framing.ts';
import * as map from './behind-keyv/map.ts';
import * as ours from './behind-keyv/ours.ts';
import * as postgres from './behind-keyv/postgres.ts';
import * as redis from './behind-keyv/redis.ts';
import * as sqlite from './behind-keyv/sqlite.ts';
import { throughKeyv } from './behind-keyv/through-keyv.ts';
import * as valkey from './behind-keyv/valkey.ts';
import type { Driver } from './driver.ts';
import type { KeyvLike } from './keyv-like.ts';

const PROBES = [ours, redis, valkey, postgres, sqlite, map];

/**
 * A driver over a Keyv that belongs to the engine from then on: it is made to report its failures,
 * its default time to live does not apply, and it is disconnected when the driver is closed.
 */
export function keyvDriver(keyv: KeyvLike): Driver {
  const framing = framingOf(keyv);
  if (framing === undefined) throw new StoreOpenError('This is no Keyv of version 5.6, 6.1 or later: update "keyv".');
  if ((keyv as { sanitize?: { enabled?: boolean } }).sanitize?.enabled) {
    throw new StoreOpenError('This Keyv changes the keys it is given: create it without the option "sanitize".');
  }
  attributeErrors(keyv);
  // Keyv 5 answers "absent" for a read that failed unless told otherwise; Keyv 6 has no such switch.
  if ('throwOnErrors' in keyv) keyv.throwOnErrors = true;

  const adapter = adapterOf(keyv);
  let behind: Partial<Driver> | undefined;
  for (const { probe } of PROBES) behind ??= probe(adapter, framing, keyv);
  const driver: Driver = { ...throughKeyv(keyv, adapter, framing.head), ...behind };
  // An ordered scan makes the slower listing through the iterator needless.
  if (driver.scan !== undefined) delete driver.keys;
  return attributing({
    ...driver,
    name: maskText(driver.name),
    warnings: async () => [...((await driver.warnings?.()) ?? []), ...warningsOf(keyv, adapter)],
  });
}

/** The driver with all errors that Keyv tells by events thrown by the call they belong to. */
function attributing(driver: Driver): Driver {
  const members = Object.entries(driver).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member];
    return [name, (...values: unknown[]) => attributed(() => member(...values))];
  });
  return Object.fromEntries(members) as Driver;
}

function warningsOf(keyv: KeyvLike, adapter: object): string[] {
  const warnings: string[] = [];
  const { ttl } = keyv as { ttl?: number };
  if (ttl) warnings.push(`This Keyv has a default time to live of ${ttl} ms; records of Reprise are kept without one.`);
  if (adapter.constructor.name === 'KeyvFile') {
    warnings.push(
      'keyv-file confirms writes that are not on the disk yet, and a crash can empty the file: use SQLite.',
    );
  }
  return warnings;
}
