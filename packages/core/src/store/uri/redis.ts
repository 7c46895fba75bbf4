import type { Driver } from '../driver.ts';
import { keyvDriver } from '../keyv.ts';
import { importPeers } from './peer.ts';
import { plainKeyv } from './plain-keyv.ts';

/** `redis://user:password@host:6379/0`, or `rediss://…` with TLS. */
export async function open(uri: string): Promise<Driver> {
  const [{ default: KeyvRedis }] = await importPeers(['keyv@5', '@keyv/redis'], () =>
    Promise.all([import('@keyv/redis'), import('keyv')]),
  );
  // A lost connection fails the calls that are under way; the next call connects again.
  const adapter = new KeyvRedis({ url: uri, socket: { reconnectStrategy: false } });
  // A store that nobody waits for must not keep the process alive.
  (adapter.client as unknown as { unref(): void }).unref();
  return keyvDriver(await plainKeyv(adapter));
}
