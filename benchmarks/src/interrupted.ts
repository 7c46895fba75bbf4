import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpoint, Reprise } from '@reprise/core';
import { TEXT_2KB } from './payload.ts';

export const INTERRUPTED_ID = 'interrupted';

/**
 * An execution that has finished so many calls of 2 KB and then failed; the file is copied for each resumption,
 * for a resumed execution is completed.
 */
export class Interrupted {
  readonly calls: number;
  readonly #folder: string;
  readonly #file: string;
  #copies = 0;

  private constructor(folder: string, calls: number) {
    this.#folder = folder;
    this.#file = join(folder, `interrupted-${calls}.db`);
    this.calls = calls;
  }

  static async create(folder: string, calls: number): Promise<Interrupted> {
    const interrupted = new Interrupted(folder, calls);
    const reprise = new Reprise({ store: `sqlite:${interrupted.#file}` });
    const handle = await flowOf(reprise, 'fails').start(calls, { id: INTERRUPTED_ID });
    await handle.result().catch(() => {});
    await reprise.close();
    return interrupted;
  }

  /** A file as it was left. */
  copy(): string {
    const copy = join(this.#folder, `copy-${this.calls}-${this.#copies++}.db`);
    copyFileSync(this.#file, copy);
    return copy;
  }
}

/** From `start` in a fresh engine to the flow's result, in milliseconds. Every call must be served. */
export async function resume(file: string, calls: number): Promise<number> {
  let served = 0;
  const reprise = new Reprise({
    store: `sqlite:${file}`,
    observe: ({ type }) => {
      if (type === 'served') served++;
    },
  });
  const flow = flowOf(reprise, 'ends');
  const start = performance.now();
  const handle = await flow.start(calls, { id: INTERRUPTED_ID });
  await handle.result();
  const time = performance.now() - start;
  await reprise.close();
  if (served !== calls) throw new Error(`${served} of ${calls} calls were served`);
  return time;
}

function flowOf(reprise: Reprise, how: 'fails' | 'ends') {
  const call = checkpoint('call', async (_index: number) => TEXT_2KB);
  return reprise.flow('flow', async (calls: number) => {
    for (let index = 0; index < calls; index++) await call(index);
    if (how === 'fails') throw new Error('interrupted');
  });
}
