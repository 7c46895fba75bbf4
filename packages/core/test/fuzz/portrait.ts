/**
 * A text that tells all of a value that the codec promises to keep: two values with one portrait are the same to a
 * program. It shares no code with the codec, for it says whether that is right.
 */
export function portrait(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return portraitOfError(value);
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof URL) return `URL ${value.href}`;
  if (value instanceof RegExp) return `RegExp ${value.source} ${value.flags}`;
  if (value instanceof Map) return `Map {${[...value].map(([k, v]) => `${portrait(k)} => ${portrait(v)}`).join()}}`;
  if (value instanceof Set) return `Set {${[...value].map(portrait).join()}}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${Buffer.from(value).toString('hex')}`;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return `${Object.getPrototypeOf(value).constructor.name} ${bytes.toString('hex')}`;
  }
  const fields = Reflect.ownKeys(value)
    .filter((key) => !(Array.isArray(value) && key === 'length'))
    .map(
      (key) => `${typeof key === 'symbol' ? String(key) : JSON.stringify(key)}: ${portrait(Reflect.get(value, key))}`,
    );
  const prototype: object | null = Object.getPrototypeOf(value);
  const type = prototype === null ? 'bare' : prototype.constructor.name;
  return `${type} ${Array.isArray(value) ? value.length : ''}{${fields.join()}}`;
}

/** Of the keys of an error, the order does not matter. */
function portraitOfError(error: Error): string {
  const told = new Map<string, unknown>([
    ['name', error.name],
    ['message', error.message],
    ['stack', error.stack],
  ]);
  if (Object.hasOwn(error, 'cause')) told.set('cause', error.cause);
  const isAggregate = error instanceof AggregateError && Array.isArray(error.errors);
  if (isAggregate) told.set('errors', error.errors);
  for (const key of Object.keys(error)) told.set(key, Reflect.get(error, key));
  for (const mark of Object.getOwnPropertySymbols(error)) {
    const key = Symbol.keyFor(mark);
    if (key !== undefined && Reflect.get(error, mark) === true) told.set(`mark ${key}`, true);
  }
  const fields = [...told].map(([key, part]) => `${JSON.stringify(key)}: ${portrait(part)}`).sort();
  return `${isAggregate ? 'AggregateError' : 'Error'} {${fields.join()}}`;
}
