import KeyvRedis from '@keyv/redis';

/** Redis as one would use it by hand, through the same client that Reprise uses. */
export interface RawRedis {
  put(value: string): Promise<void>;
  /** How the server keeps what it confirms. */
  readonly durability: string;
  /** Removes what was put, and disconnects. */
  close(): Promise<void>;
}

interface Client {
  set(key: string, value: string): Promise<unknown>;
  del(keys: string[]): Promise<unknown>;
  configGet(name: string): Promise<Record<string, string>>;
}

export async function openRawRedis(url: string): Promise<RawRedis> {
  const adapter = new KeyvRedis(url);
  const client = (await adapter.getClient()) as unknown as Client;
  const { appendonly } = await client.configGet('appendonly');
  const { appendfsync } = await client.configGet('appendfsync');
  const keys: string[] = [];
  return {
    durability: appendonly === 'yes' ? `appendfsync ${appendfsync}` : 'appendonly no',
    async put(value) {
      const key = `reprise-bench/${String(keys.length).padStart(8, '0')}`;
      keys.push(key);
      await client.set(key, value);
    },
    async close() {
      await client.del(keys);
      await adapter.disconnect();
    },
  };
}
