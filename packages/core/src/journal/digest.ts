import { hash } from 'node:crypto';
import { encode } from './codec.ts';

/** SHA-256 of a text, cut to 128 bits, as 22 characters. */
export function digestText(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** Tells what the elements of an array come to that was written as a reference. */
export interface ListDigests {
  digest(id: string, length: number): string;
}

/** The digest of an encoded value; it depends neither on the order of keys nor on keys that hold `undefined`. */
export function canonicalDigest(text: string, lists?: ListDigests): string {
  return digestText(canonicalText(text, lists));
}

/** An encoded value in the one form that all equal values have. */
export function canonicalText(text: string, lists: ListDigests | undefined): string {
  return text.startsWith('{') || text.startsWith('[') ? sorted(JSON.parse(text), lists) : text;
}

/** The digest of a value. `what` begins the path in the error about a value that has none. */
export function digest(value: unknown, what: string): string {
  return canonicalDigest(encode(value, what));
}

function sorted(value: unknown, lists: ListDigests | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const parts: string[] = [];
    for (const part of value) parts.push(sorted(part, lists));
    return `[${parts.join(',')}]`;
  }
  const object = value as Record<string, unknown>;
  if (object.$ === 'list' && lists)
    return `{"$":"list","v":"${lists.digest(object.id as string, object.n as number)}"}`;
  // Objects that JSON has no word for are stored as rows of entries. A `$` among these is a key like any other.
  if (object.$ === 'object' || object.$ === 'bare') {
    return `{"$":["${object.$}"],"v":${sortedFields(Object.fromEntries(object.v as [string, unknown][]), lists)}}`;
  }
  return sortedFields(object, lists);
}

function sortedFields(object: Record<string, unknown>, lists: ListDigests | undefined): string {
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const part = object[key] as Record<string, unknown> | null;
    if (typeof part === 'object' && part?.$ === 'undefined') continue;
    text += `${text ? ',' : ''}${JSON.stringify(key)}:${sorted(part, lists)}`;
  }
  return `{${text}}`;
}
