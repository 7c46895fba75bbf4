/**
 * A promise that never settles. An execution that stops parks its calls here instead of throwing: no `catch`,
 * tool-error conversion or retry of a framework can swallow it, and nothing goes on behind the back of the
 * journal. The outer promise settles in their place.
 */
export function parked(): Promise<never> {
  return new Promise(() => {});
}
