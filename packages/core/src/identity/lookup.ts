import type { CallStart } from '../journal/records.ts';
import type { Entry } from './entry.ts';
import { causeKey, contentKey, placeKey } from './place.ts';
import { topScope } from './scopes.ts';

type Groups = ReadonlyMap<string, Entry[]>;

/** The recorded calls by what one looks for. Each way is made ready when it is first taken: a steady program needs few. */
export class Lookup {
  readonly entries: ReadonlyMap<string, Entry>;
  #places: ReadonlyMap<string, Entry> | undefined;
  #causes: Groups | undefined;
  #contents: Groups | undefined;
  #triggers: Groups | undefined;
  #scopes: Groups | undefined;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.entries = entries;
  }

  inPlace(key: string): Entry | undefined {
    this.#places ??= new Map([...this.entries.values()].map((entry) => [placeKey(entry.start), entry]));
    return this.#places.get(key);
  }

  byCause(key: string): readonly Entry[] {
    this.#causes ??= this.#grouped(causeKey);
    return this.#causes.get(key) ?? [];
  }

  byContent(key: string): readonly Entry[] {
    this.#contents ??= this.#grouped(contentKey);
    return this.#contents.get(key) ?? [];
  }

  /** The calls that the outcome of this id set off. */
  byTrigger(id: string): readonly Entry[] {
    this.#triggers ??= this.#grouped(({ trigger }) => trigger);
    return this.#triggers.get(id) ?? [];
  }

  /** The calls inside of this one, those in its named scopes among them. */
  inside(id: string): readonly Entry[] {
    this.#scopes ??= this.#grouped(({ scope }) => topScope(scope));
    return this.#scopes.get(id) ?? [];
  }

  #grouped(keyOf: (start: CallStart) => string | undefined): Groups {
    const groups = new Map<string, Entry[]>();
    for (const entry of this.entries.values()) {
      const key = keyOf(entry.start);
      if (key === undefined) continue;
      const group = groups.get(key);
      if (group) group.push(entry);
      else groups.set(key, [entry]);
    }
    return groups;
  }
}
