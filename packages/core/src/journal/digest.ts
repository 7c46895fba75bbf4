import { hash } from 'node:crypto';
import { encode } from './codec.ts';

/** SHA-256 of a text, cut to 128 bits, as 22 characters. */
export function digestText(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** The digest of an encoded value; it depends neither on the order of keys nor on keys that hold `undefined`. */
export function canonicalDigest(text: string): string {
  return digestText(text.startsWith('{') || text.startsWith('[') ? sorted(JSON.parse(text)) : text);
}

/** The digest of a value. `what` begins the path in the error about a value that has none. */
export function digest(value: unknown, what: string): string {
  return canonicalDigest(encode(value, what));
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const object = value as Record<string, unknown>;
  // Objects that JSON has no word for are stored as rows of entries.
  if (object.$ === 'object' || object.$ === 'bare') {
    return sorted({ ...object, $: [object.$], v: Object.fromEntries(object.v as [string, unknown][]) });
  }
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const part = object[key] as Record<string, unknown> | null;
    if (typeof part === 'object' && part?.$ === 'undefined') continue;
    text += `${text ? ',' : ''}${JSON.stringify(key)}:${sorted(part)}`;
  }
  return `{${text}}`;
}
