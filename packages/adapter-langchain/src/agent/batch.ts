/** How LangChain runs many inputs. */
export interface BatchOptions {
  readonly maxConcurrency?: number;
  readonly returnExceptions?: boolean;
}

/** Runs each input, so many at once as the options allow. */
export async function inBatches(
  inputs: readonly unknown[],
  { maxConcurrency = inputs.length, returnExceptions = false }: BatchOptions,
  run: (input: unknown, index: number) => unknown,
): Promise<unknown[]> {
  const results: unknown[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < inputs.length; index = next++) {
      try {
        results[index] = await run(inputs[index], index);
      } catch (error) {
        if (!returnExceptions) throw error;
        results[index] = error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(maxConcurrency, inputs.length)) }, work));
  return results;
}
