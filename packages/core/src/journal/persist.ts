import { StoreError } from '../errors/index.ts';
import type { World } from '../world/world.ts';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 2_000;

/** Tries to write until the store has taken it, or has been away for too long. */
export async function persist<T>(
  { world, patience }: { readonly world: World; readonly patience: number },
  write: () => Promise<T>,
): Promise<T> {
  const started = world.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (!StoreError.isInstance(error) || world.now() - started >= patience) throw error;
      await new Promise<void>((resolve) => world.setTimer(resolve, pause));
    }
  }
}
