import type { CallStart, Place } from '../journal/records.ts';
import type { Entry } from './entry.ts';
import { causeKey, contentKey, isSamePlace, placeKey } from './place.ts';
import { topScope } from './scopes.ts';

type Groups = ReadonlyMap<string, Entry[]>;
/** The calls after one cause: nearly always one, which is known without making a key of its place. */
type Followers = Entry | Map<string, Entry>;

/** The recorded calls by what one looks for. Each way is made ready when it is first taken: a steady program needs few. */
export class Lookup {
  readonly entries: ReadonlyMap<string, Entry>;
  #places: ReadonlyMap<string, Followers> | undefined;
  #causes: Groups | undefined;
  #contents: Groups | undefined;
  #triggers: Groups | undefined;
  #scopes: Groups | undefined;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.entries = entries;
  }

  inPlace(place: Place): Entry | undefined {
    this.#places ??= this.#placed();
    const followers = this.#places.get(place.cause);
    if (followers instanceof Map) return followers.get(placeKey(place));
    return followers && isSamePlace(followers.start, place) ? followers : undefined;
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

  #placed(): ReadonlyMap<string, Followers> {
    const places = new Map<string, Followers>();
    for (const entry of this.entries.values()) {
      const { start } = entry;
      const known = places.get(start.cause);
      if (known === undefined) places.set(start.cause, entry);
      else if (known instanceof Map) known.set(placeKey(start), entry);
      else places.set(start.cause, new Map([known, entry].map((one) => [placeKey(one.start), one])));
    }
    return places;
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
