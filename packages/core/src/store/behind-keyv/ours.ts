import type { Driver } from '../driver.ts';
import type { Framing } from './framing.ts';
import { hasMethods } from './shape.ts';

/** What an adapter can do that shows the driver it is built on, as `SqliteStore` does. */
export function probe(adapter: object, framing: Framing): Partial<Driver> | undefined {
  if (!('driver' in adapter) || !hasMethods(adapter.driver, 'putIfAbsent', 'scan', 'warnings')) return undefined;
  const driver = adapter.driver as unknown as Required<Driver>;
  const { head } = framing;

  return {
    name: driver.name,
    putIfAbsent: async (key, value) => driver.putIfAbsent(head + key, await framing.encode(value)),
    async scan(prefix, { after, limit }) {
      const page = await driver.scan(head + prefix, after === undefined ? { limit } : { after: head + after, limit });
      return Promise.all(
        page.map(async ({ key, value }) => ({ key: key.slice(head.length), value: await framing.decode(value) })),
      );
    },
    warnings: () => driver.warnings(),
  };
}
