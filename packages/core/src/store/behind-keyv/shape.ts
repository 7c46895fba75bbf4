/** Whether a value is an object with these methods: how a part is known whose class cannot be imported. */
export function hasMethods<Name extends string>(
  value: unknown,
  ...names: Name[]
): value is Record<Name, (...args: never[]) => unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}
