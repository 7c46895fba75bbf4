import type { Driver } from '../driver.ts';
import { keyvDriver } from '../keyv.ts';
import { importPeers } from './peer.ts';
import { plainKeyv } from './plain-keyv.ts';

/** `valkey://user:password@host:6379/0` */
export async function open(uri: string): Promise<Driver> {
  // The client would go on with what it can read of one that is none, and Node would print it with its password.
  new URL(uri);
  const [{ default: KeyvValkey }] = await importPeers(['keyv@5', '@keyv/valkey'], () =>
    Promise.all([import('@keyv/valkey'), import('keyv')]),
  );
  const adapter = new KeyvValkey(uri.replace(/^valkey:/, 'redis:'), {
    // Connecting during the first call makes its error known to that call.
    lazyConnect: true,
    // Calls fail while the connection is lost, instead of waiting for it.
    maxRetriesPerRequest: 1,
  });
  // A store that nobody waits for must not keep the process alive.
  adapter.redis.on('connect', () => adapter.redis.stream.unref());
  return keyvDriver(await plainKeyv(adapter));
}
