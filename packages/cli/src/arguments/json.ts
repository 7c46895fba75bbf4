import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { usageError } from '../command/failure.ts';

/** A value as it is typed: JSON, or `@file` for the contents of one, which are JSON or else text. */
export async function typedValue(typed: string, what: string): Promise<unknown> {
  if (typed.startsWith('@')) return fileValue(typed.slice(1));
  try {
    return JSON.parse(typed);
  } catch (cause) {
    throw usageError(
      `${what} takes JSON, or @file; '${typed}' is no JSON (${(cause as Error).message}).`,
      `quote a text: ${what} '${JSON.stringify(typed)}'`,
    );
  }
}

/** What is in a file: JSON, or else text. `-` is the input. */
export async function fileValue(path: string): Promise<unknown> {
  const contents = await contentsOf(path);
  try {
    return JSON.parse(contents);
  } catch (cause) {
    if (!path.endsWith('.json')) return contents;
    throw usageError(`The file ${path} is no JSON: ${(cause as Error).message}.`, `cat ${path}`);
  }
}

async function contentsOf(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw usageError(`The file ${path} cannot be read: ${(cause as Error).message}.`, `ls ${path}`);
  }
}
