import type { History, RecordedOverride } from '../identity/history.ts';
import type { Begun } from './begun.ts';

/** What a replay changes about its calls. */
export class Overrides {
  readonly #all: readonly RecordedOverride[];
  /** Not met yet, of calls that are the only ones of their name. */
  readonly #sole: Set<RecordedOverride>;

  constructor({ overrides, entries }: History) {
    this.#all = overrides;
    this.#sole = new Set(overrides.filter(({ head }) => head.sole));
    if (this.#sole.size === 0) return;
    for (const { start } of entries.values()) {
      if (start.override && start.source === undefined) this.#meet(this.#all.find(isOf(start)));
    }
  }

  /** What is different about this call, if anything is. */
  of({ start, match }: Begun): RecordedOverride | undefined {
    const override = this.#all.find(({ head }) => head.id === start.id) ?? this.#elsewhere(start, match.entry?.start);
    this.#meet(override);
    return override;
  }

  /** The call has not come in its recorded place, for the program has taken another way. */
  #elsewhere(start: Begun['start'], known: Begun['start'] | undefined): RecordedOverride | undefined {
    const isKnownSo = known?.override !== undefined && known.source === undefined;
    if (known && !isKnownSo) return undefined;
    return (isKnownSo ? this.#all : [...this.#sole]).find(isOf(start));
  }

  #meet(override: RecordedOverride | undefined): void {
    if (override) this.#sole.delete(override);
  }
}

const isOf =
  ({ kind, name }: Begun['start']) =>
  ({ head }: RecordedOverride): boolean =>
    head.sole === true && head.kind === kind && head.name === name;
