/** Aborted with its caller, or with the execution. */
export function linkedSignal(caller: AbortSignal | null | undefined, execution: AbortSignal): AbortSignal {
  return caller ? AbortSignal.any([caller, execution]) : execution;
}
