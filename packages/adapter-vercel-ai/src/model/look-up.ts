import { UsageError } from '@reprise/core';

type ModelProvider = Readonly<Record<string, ((id: string) => object) | undefined>>;

/** What a provider calls the models of each operation; embeddings had another name before version 6. */
const LOOK_UPS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^embed/, ['embeddingModel', 'textEmbeddingModel']],
  [/Image$/, ['imageModel']],
  [/Speech$/, ['speechModel']],
  [/Video$/, ['videoModel']],
  [/transcribe$/, ['transcriptionModel']],
  [/rerank$/, ['rerankingModel']],
];

let gateway: ModelProvider | undefined;

/** The provider that the SDK asks for models given as text, where the program has set none. */
export function useGateway({ gateway: found }: { readonly gateway?: unknown }): void {
  gateway ??= found as ModelProvider | undefined;
}

/** Gets that provider from the SDK of the program, which is imported for nothing else. */
export async function findGateway(): Promise<void> {
  if (!gateway) useGateway(await import('ai').catch(() => ({})));
}

/** The model of this name, from where the SDK looks it up. */
export function lookUp(model: string, operation: string): object {
  const provider =
    (globalThis as unknown as { AI_SDK_DEFAULT_PROVIDER?: ModelProvider }).AI_SDK_DEFAULT_PROVIDER ?? gateway;
  const [, names] = LOOK_UPS.find(([name]) => name.test(operation)) ?? [undefined, ['languageModel']];
  for (const name of names) {
    const found = provider?.[name]?.(model);
    if (found) return found;
  }
  throw new UsageError(
    `The model '${model}' is given as text, and there is no provider to look it up at. Give the model itself, or set ` +
      'globalThis.AI_SDK_DEFAULT_PROVIDER, for example to the gateway of "ai".',
  );
}
