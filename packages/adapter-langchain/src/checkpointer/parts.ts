import { digestOf } from './keys.ts';

// JSON text in which what is long, or stands in a list, is taken out and referred to by its digest. A message
// that a hundred checkpoints hold is then the same part a hundred times, and is stored once.
//
// A reference is put back as text, so a part may be any stretch of JSON text, such as a run of list elements.

const ELEMENT = 256;
const MEMBER = 1024;
const RUN = 32;
const RUN_TEXT = 1024;

const REFERENCE = /\{"\$":"([0-9a-f]{32})"\}/g;
const LITERAL = /^[0-9a-f]{32}$/;

/** What was taken out of texts, by digest. */
export type Parts = Map<string, string>;

/** The text of a JSON value, with its long parts moved to `parts`. */
export function takeApart(value: unknown, parts: Parts): string {
  return write(value, MEMBER, parts);
}

/** The digests that a text refers to. */
export function referencesIn(text: string): string[] {
  return Array.from(text.matchAll(REFERENCE), (match) => match[1] as string);
}

/** The text with every reference replaced by its part, down to the last. */
export function putTogether(text: string, partOf: (digest: string) => string): string {
  return text.replace(REFERENCE, (_, digest: string) => putTogether(partOf(digest), partOf));
}

function take(text: string, parts: Parts): string {
  const digest = digestOf(text);
  parts.set(digest, text);
  return `{"$":"${digest}"}`;
}

function write(value: unknown, limit: number, parts: Parts): string {
  const text = writeWhole(value, parts);
  return text.length < limit ? text : take(text, parts);
}

function writeWhole(value: unknown, parts: Parts): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return writeList(value, parts);
  const members = Object.entries(value);
  const [first] = members;
  // JSON's freedom to put a space here tells such an object from a reference.
  if (members.length === 1 && first?.[0] === '$' && typeof first[1] === 'string' && LITERAL.test(first[1])) {
    return `{"$": "${first[1]}"}`;
  }
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member, MEMBER, parts)}`).join(',')}}`;
}

function writeList(list: readonly unknown[], parts: Parts): string {
  // Bytes, and other numbers by the thousand: nothing of them comes again.
  if (list.every((element) => typeof element === 'number')) return JSON.stringify(list);
  const elements = list.map((element) => write(element, ELEMENT, parts));
  return `[${inRuns(elements, parts).join(',')}]`;
}

/** A list that grows at its end keeps all its runs but the last. */
function inRuns(elements: readonly string[], parts: Parts): readonly string[] {
  const grouped: string[] = [];
  let run: string[] = [];
  let length = 0;
  for (const element of elements) {
    run.push(element);
    length += element.length;
    if (run.length < RUN || length < RUN_TEXT) continue;
    grouped.push(take(run.join(','), parts));
    run = [];
    length = 0;
  }
  if (grouped.length === 0) return elements;
  return inRuns([...grouped, ...run], parts);
}
