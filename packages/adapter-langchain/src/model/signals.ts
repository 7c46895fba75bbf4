import { linkedSignal } from '@reprise/core/adapter';
import { isAborted } from '../graph/bubble-up.ts';

/** The options of a call, aborted with the execution, too. */
export function linked<O extends { readonly signal?: AbortSignal }>(options: O, execution: AbortSignal): O {
  return { ...options, signal: linkedSignal(options?.signal, execution) };
}

/** What a provider throws when its caller has aborted is no outcome of the call, whatever its name. */
export function unlessAborted(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!signal?.aborted || isAborted(error)) return error;
  return Object.assign(new Error(error instanceof Error ? error.message : String(error), { cause: error }), {
    name: 'AbortError',
  });
}
