import type { Schema } from '@cfworker/json-schema';

/** What is wrong with an answer, in words; nothing where it fits, or where nobody said what it must be. */
export async function problemsOf(answer: unknown, schema: unknown): Promise<string[]> {
  if (typeof schema !== 'object' || schema === null) return [];
  // Most commands check no answer, and it takes long to load.
  const { Validator } = await import('@cfworker/json-schema');
  const { $schema } = schema as { $schema?: unknown };
  const draft = typeof $schema === 'string' && $schema.includes('draft-07') ? '7' : '2020-12';
  const { errors } = new Validator(schema as Schema, draft, false).validate(answer);
  // An error of a part is said again by all that are around it.
  const deepest = errors.filter(({ keyword }) => !['properties', 'items', 'allOf', '$ref', 'false'].includes(keyword));
  return (deepest.length > 0 ? deepest : errors).map(({ instanceLocation, error: said }) => {
    const error = inPlainWords(said.replace(/\.$/, ''));
    const path = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
    return path === '' ? error : `${path}: ${error}`;
  });
}

/** The validator speaks of instances and schemas, to somebody who was asked a question. */
function inPlainWords(error: string): string {
  return error
    .replace(/^Instance type "(.+)" is invalid\. Expected "(.+)"$/, 'a $2 is wanted, and this is a $1')
    .replace(/^Instance does not have required property "(.+)"$/, '"$1" is missing')
    .replace(/^Property "(.+)" does not match additional properties schema$/, '"$1" is nothing that was asked for');
}
