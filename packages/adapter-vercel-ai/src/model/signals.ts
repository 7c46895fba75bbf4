import { linkedSignal } from '@reprise/core/adapter';

/** The options of a call, aborted with the execution, too. */
export function linked<O extends { readonly abortSignal?: AbortSignal }>(options: O, execution: AbortSignal): O {
  return { ...options, abortSignal: linkedSignal(options?.abortSignal, execution) };
}
