import { checkpoint, type Reprise } from '@reprise/core';

/** A flow that makes so many calls one after the other, each of which returns the value; gives the milliseconds. */
export function loopOf(reprise: Reprise, name: string, value: unknown): (calls: number) => Promise<number> {
  const call = checkpoint('call', async (_index: number) => value);
  return reprise.flow(name, async (calls: number) => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) await call(index);
    return performance.now() - start;
  });
}
