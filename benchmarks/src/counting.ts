import type { Driver } from '@reprise/core/store';

/** A driver that counts the bytes it is given to keep. */
export interface Counting {
  readonly driver: Driver;
  /** Bytes of keys and values so far. */
  readonly written: number;
}

export function counting(driver: Required<Driver>): Counting {
  let written = 0;
  const count = (key: string, value: string) => {
    written += Buffer.byteLength(key) + Buffer.byteLength(value);
  };
  return {
    driver: {
      ...driver,
      set(key, value) {
        count(key, value);
        return driver.set(key, value);
      },
      putIfAbsent(key, value) {
        count(key, value);
        return driver.putIfAbsent(key, value);
      },
    },
    get written() {
      return written;
    },
  };
}
