import { randomUUID } from 'node:crypto';
import type { Driver } from '../driver.ts';

/** A driver and a place in its store that no other case uses. */
export interface Place {
  readonly driver: Driver;
  /** What all keys of this place begin with. */
  readonly prefix: string;
  /** A key of this place; it is removed when the case is over. */
  key(name: string | number): string;
  /** One more connection to the same store. */
  connect(): Promise<Driver>;
}

/** A promise that a store keeps, as a function that rejects if it does not. */
export type Promises = Record<string, (place: Place) => Promise<void>>;

/** Runs the test in a place of its own and leaves nothing behind. */
export async function inPlace(open: () => Promise<Driver>, test: (place: Place) => Promise<void>): Promise<void> {
  const opened: Driver[] = [];
  const keys = new Set<string>();
  const prefix = `reprise/conformance/${randomUUID()}/`;
  const connect = async () => {
    const driver = await open();
    opened.push(driver);
    return driver;
  };
  const driver = await connect();
  try {
    await test({
      driver,
      prefix,
      connect,
      key(name) {
        keys.add(prefix + name);
        return prefix + name;
      },
    });
  } finally {
    await driver.deleteMany([...keys]);
    for (const each of opened) await each.close?.();
  }
}
