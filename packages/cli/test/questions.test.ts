import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '../src/ask/fits.ts';
import { meansOf, questionOf } from '../src/ask/question.ts';

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema);

test('what is asked follows from the schema of the answer', () => {
  const kinds = [
    z.boolean(),
    z.enum(['a', 'b']),
    z.union([z.literal(1), z.literal('two')]),
    z.string(),
    z.int(),
    z.object({ approved: z.boolean(), note: z.string().optional() }),
    z.object({ tags: z.array(z.string()) }),
    z.array(z.string()),
  ].map((schema) => questionOf(schemaOf(schema)).is);
  expect(kinds).toEqual(['yes-or-no', 'choice', 'choice', 'text', 'number', 'parts', 'json', 'json']);
  expect(questionOf(undefined).is).toBe('anything');
  expect(questionOf(schemaOf(z.enum(['a', 'b'])))).toEqual({ is: 'choice', choices: ['a', 'b'] });
});

test('yes and no mean something where they can mean one thing only', () => {
  expect(meansOf(true, schemaOf(z.boolean()))).toBe(true);
  expect(meansOf(false, undefined)).toBe(false);
  expect(meansOf(true, schemaOf(z.object({ approved: z.boolean(), note: z.string().optional() })))).toEqual({
    approved: true,
  });
  expect(meansOf(true, schemaOf(z.object({ a: z.boolean(), b: z.boolean() })))).toBe(undefined);
  expect(meansOf(true, schemaOf(z.string()))).toBe(undefined);
});

test('what does not fit a schema is said, with the place', async () => {
  const schema = schemaOf(z.object({ approved: z.boolean(), lines: z.array(z.string()) }));
  expect(await problemsOf({ approved: true, lines: ['a'] }, schema)).toEqual([]);
  expect((await problemsOf({ approved: 'yes', lines: [1] }, schema)).join('; ')).toMatch(
    /approved: .*boolean.*; lines\.0: .*string/,
  );
  expect(await problemsOf({ aproved: true, lines: [] }, { ...schema, additionalProperties: false })).toEqual([
    '"approved" is missing',
    '"aproved" is nothing that was asked for',
  ]);
  expect(await problemsOf('yes', schemaOf(z.boolean()))).toEqual(['a boolean is wanted, and this is a string']);
  expect(await problemsOf({ a: 1 }, { properties: { a: false } })).not.toEqual([]);
  expect(await problemsOf('anything', undefined)).toEqual([]);
});
