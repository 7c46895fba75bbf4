import type { ListReader, ListWriter } from './codec.ts';
import { canonicalText, digestText } from './digest.ts';

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
// Numbers of an embedding are not: to remember each would take more than it saves.
const WORTH_AN_ELEMENT = 32;

/** The first n elements of a list; lists that begin alike share these. */
interface Prefix {
  /** The list that was the first to begin so, and how many elements these are. */
  readonly list: string;
  readonly n: number;
  readonly element: string;
  readonly shorter: Prefix | undefined;
  /** By the element that follows. */
  longer: Map<string, Prefix> | undefined;
  digest: string | undefined;
}

/** The lists of one execution: those read from its journal, and those being written. */
export class Lists implements ListReader, ListWriter {
  readonly #lists = new Map<string, StoredList>();
  readonly #whole = new Map<string, Prefix>();
  readonly #nothing: Prefix = newPrefix('', '', undefined);
  // Read, and looked into only when another list is written.
  #unseen: StoredList[] = [];

  /** Called with each list that has to be stored, before anything that refers to it. */
  onNew: (list: StoredList) => void = () => {};

  /** Takes in a list that was read; the one that it continues comes before it. */
  add(list: StoredList): void {
    const { id, from, length } = list;
    const shared = from && this.#lists.get(from.id);
    if (this.#lists.has(id) || (from && !(shared && from.n <= shared.length && from.n <= length))) {
      throw new TypeError(`list ${id} does not go on from a list before it`);
    }
    this.#lists.set(list.id, list);
    this.#unseen.push(list);
  }

  refer(elements: readonly string[]): string | undefined {
    let size = 0;
    for (const element of elements) size += element.length;
    if (size < Math.max(WORTH_SHARING, elements.length * WORTH_AN_ELEMENT)) return undefined;

    this.#see();
    const n = elements.length;
    let shared = this.#nothing;
    for (let next = this.#nothing.longer?.get(elements[0] as string); next; ) {
      shared = next;
      next = shared.n < n ? shared.longer?.get(elements[shared.n] as string) : undefined;
    }
    if (shared.n === n) return reference(shared);

    const rest = elements.slice(shared.n);
    const from = shared === this.#nothing ? {} : { from: { id: shared.list, n: shared.n } };
    const list: StoredList = { id: idOf(this.#lists.size), ...from, length: n, tail: `[${rest.join(',')}]` };
    this.#lists.set(list.id, list);
    this.onNew(list);
    return reference(this.#extend(shared, list.id, rest));
  }

  /** The digest of the first elements of a list. It is the same for equal elements, however they are stored. */
  digest(id: string, length: number): string {
    this.#see();
    const open: Prefix[] = [];
    let prefix = this.#find(id, length);
    for (; prefix.digest === undefined && prefix.shorter; prefix = prefix.shorter) open.push(prefix);
    let digest = prefix.digest ?? '';
    for (const next of open.reverse()) {
      digest = digestText(`${digest}${canonicalText(next.element, this)}`);
      next.digest = digest;
    }
    return digest;
  }

  #see(): void {
    for (const { id, from, length, tail } of this.#unseen.splice(0)) {
      const shared = from ? this.#find(from.id, from.n) : this.#nothing;
      this.#extend(shared, id, splitTail(tail, length - shared.n));
    }
  }

  #extend(from: Prefix, list: string, elements: readonly string[]): Prefix {
    let last = from;
    for (const element of elements) {
      last.longer ??= new Map();
      const next = last.longer.get(element) ?? newPrefix(list, element, last);
      last.longer.set(element, next);
      last = next;
    }
    this.#whole.set(list, last);
    return last;
  }

  #find(id: string, length: number): Prefix {
    let prefix = this.#whole.get(id);
    while (prefix && prefix.n > length) prefix = prefix.shorter;
    if (!prefix) throw missing(id);
    return prefix;
  }

  elements(id: string, length: number): string[] {
    const parts: string[][] = [];
    let part: { id: string; n: number } | undefined = { id, n: length };
    while (part) {
      const list: StoredList | undefined = this.#lists.get(part.id);
      if (!list) throw missing(part.id);
      const shared: number = list.from?.n ?? 0;
      if (part.n > shared) parts.push(splitTail(list.tail, part.n - shared));
      part = list.from && { id: list.from.id, n: Math.min(part.n, shared) };
    }
    const elements = parts.reverse().flat();
    if (elements.length !== length)
      throw new TypeError(`list ${id} has ${elements.length} elements, and not ${length}`);
    return elements;
  }
}

function newPrefix(list: string, element: string, shorter: Prefix | undefined): Prefix {
  return { list, n: shorter ? shorter.n + 1 : 0, element, shorter, longer: undefined, digest: undefined };
}

// All of one length: how long a text is that holds references must depend on nothing but what it refers to.
function idOf(number: number): string {
  return String(number).padStart(6, '0');
}

function missing(id: string): TypeError {
  return new TypeError(`list ${id} is referred to and not in the journal`);
}

function reference({ list, n }: Prefix): string {
  return `{"$":"list","id":"${list}","n":${n}}`;
}

function splitTail(tail: string, count: number): string[] {
  return (JSON.parse(tail) as unknown[]).slice(0, count).map((element) => JSON.stringify(element));
}
