import type { ListReader, ListWriter } from './codec.ts';
import { digestText } from './digest.ts';

/**
 * An agent's message list grows with each call, and storing it whole each time is quadratic. So a long array
 * is stored as a list: the elements that no earlier list begins with, and a reference to the list whose first
 * elements it shares.
 */
export interface StoredList {
  id: string;
  /** The list that this one continues, and how many of its elements it shares. */
  from?: { id: string; n: number };
  /** How many elements it has, the shared ones included. */
  length: number;
  /** JSON text of the array of elements that follow. */
  tail: string;
}

const WORTH_SHARING = 1_024;

/** The lists of one execution: those read from its journal, and those being written. */
export class Lists implements ListReader, ListWriter {
  readonly #lists = new Map<string, StoredList>();
  // What the first n elements hash to, and a list that begins with them.
  readonly #prefixes = new Map<string, { id: string; n: number }>();

  /** Called with each list that has to be stored, before anything that refers to it. */
  onNew: (list: StoredList) => void = () => {};

  /** Takes in a list that was read. */
  add(list: StoredList): void {
    this.#lists.set(list.id, list);
    this.#prefixes.set(list.id, { id: list.id, n: list.length });
  }

  refer(elements: readonly string[]): string | undefined {
    let size = 0;
    for (const element of elements) size += element.length;
    if (size < WORTH_SHARING) return undefined;

    const hashes: string[] = [];
    let shared: { id: string; n: number } | undefined;
    let hash = '';
    for (const element of elements) {
      hash = digestText(hash + element);
      hashes.push(hash);
      shared = this.#prefixes.get(hash) ?? shared;
    }
    const n = elements.length;
    if (shared?.n === n) return reference(shared.id, n);

    const tail = `[${elements.slice(shared?.n ?? 0).join(',')}]`;
    const list: StoredList = { id: hash, ...(shared ? { from: shared } : {}), length: n, tail };
    this.#lists.set(hash, list);
    for (let i = shared?.n ?? 0; i < n; i++) this.#prefixes.set(hashes[i] as string, { id: hash, n: i + 1 });
    this.onNew(list);
    return reference(hash, n);
  }

  elements(id: string, length: number): string[] {
    const parts: string[][] = [];
    let part: { id: string; n: number } | undefined = { id, n: length };
    while (part) {
      const list: StoredList | undefined = this.#lists.get(part.id);
      if (!list) throw new TypeError(`list ${part.id} is referred to and not in the journal`);
      const shared: number = list.from?.n ?? 0;
      if (part.n > shared) parts.push(splitTail(list.tail, part.n - shared));
      part = list.from && { id: list.from.id, n: Math.min(part.n, shared) };
    }
    return parts.reverse().flat();
  }
}

function reference(id: string, n: number): string {
  return `{"$":"list","id":"${id}","n":${n}}`;
}

function splitTail(tail: string, count: number): string[] {
  return (JSON.parse(tail) as unknown[]).slice(0, count).map((element) => JSON.stringify(element));
}
