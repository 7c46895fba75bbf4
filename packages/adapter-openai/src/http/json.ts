export type Json = Record<string, unknown>;

/** Whether a body is an object of JSON, as all that is not a form or a file is. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
