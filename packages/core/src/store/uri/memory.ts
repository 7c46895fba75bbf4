import type { Driver } from '../driver.ts';
import { memoryDriver } from '../memory.ts';

/** `memory:` */
export async function open(): Promise<Driver> {
  return memoryDriver();
}
