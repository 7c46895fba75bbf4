import { randomBytes } from 'node:crypto';

const KILOBYTE = 1_024;

/** Text of so many characters that no store can compress. */
export function textOf(length: number): string {
  return randomBytes(Math.ceil((length * 3) / 4))
    .toString('base64')
    .slice(0, length);
}

/** A value of 2 KB as a model's answer would be: one long text. */
export const TEXT_2KB: string = textOf(2 * KILOBYTE - 2);

/** A value of 2 KB of JSON, as a tool's answer would be: a list of small objects. */
export const OBJECT_2KB: { readonly items: readonly Record<string, unknown>[] } = {
  items: Array.from({ length: 16 }, (_, id) => ({ id, fresh: id % 2 === 0, score: id / 8, note: textOf(82) })),
};

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** One message of about 500 bytes. */
export function message(role: Message['role']): Message {
  return { role, content: textOf(460) };
}
