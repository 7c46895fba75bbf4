/** A value as JSON can have it: what JSON has no word for becomes text that says it. */
export function plain(value: unknown): unknown {
  return convert(value, new Set());
}

function convert(value: unknown, above: ReadonlySet<unknown>): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (above.has(value)) return '[circular]';
  const inside = new Set([...above, value]);
  const part = (one: unknown) => convert(one, inside);
  if (value instanceof Error) return errorFields(value, part);
  if (value instanceof Map) return [...value].map(part);
  if (value instanceof Set || Array.isArray(value)) return [...value].map(part);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, part(one)]));
}

function errorFields(error: Error, part: (value: unknown) => unknown): object {
  const { name, message, stack } = error;
  const cause = error.cause === undefined ? {} : { cause: part(error.cause) };
  const errors = error instanceof AggregateError ? { errors: part(error.errors) } : {};
  return { name, message, stack, ...cause, ...errors, ...(part({ ...error }) as object) };
}
