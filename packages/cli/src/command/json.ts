import { readFileSync } from 'node:fs';
import { usageError } from './failure.ts';

/** A value as it is typed: JSON, or `@file` for the contents of one, which are JSON or else text. */
export function typedValue(text: string, what: string): unknown {
  if (text.startsWith('@')) return fileValue(text.slice(1));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usageError(
      `${what} takes JSON, or @file; '${text}' is no JSON (${(cause as Error).message}).`,
      `quote a text: ${what} '${JSON.stringify(text)}'`,
    );
  }
}

export function fileValue(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw usageError(`The file ${path} cannot be read: ${(cause as Error).message}.`, `ls ${path}`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!path.endsWith('.json')) return text;
    throw usageError(`The file ${path} is no JSON: ${(cause as Error).message}.`, `mend ${path}`);
  }
}
