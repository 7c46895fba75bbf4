/** The options of a call, aborted with the execution, too. */
export function linked<O extends { readonly abortSignal?: AbortSignal }>(options: O, execution: AbortSignal): O {
  const caller = options?.abortSignal;
  return { ...options, abortSignal: caller ? AbortSignal.any([caller, execution]) : execution };
}
