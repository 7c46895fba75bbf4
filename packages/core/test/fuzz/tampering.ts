import fc from 'fast-check';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { type Damage, damages } from './damage.ts';

/** What is stored, by key. */
export type Stored = ReadonlyMap<string, string>;

/** Something that was done to a store behind the engine's back. */
export interface Tampering {
  readonly what: string;
  /** What stands under these keys by now; nothing where they were deleted. */
  readonly changes: ReadonlyMap<string, string | undefined>;
}

export async function storedIn(driver: Driver): Promise<Stored> {
  const entries = (await driver.scan?.('', { limit: 100_000 })) ?? [];
  return new Map(entries.map(({ key, value }) => [key, value]));
}

/** A store of its own with all that is stored, as it is after the tampering. */
export async function storeWith(stored: Stored, { changes }: Tampering): Promise<Required<Driver>> {
  const driver = memoryDriver();
  for (const [key, text] of new Map([...stored, ...changes])) {
    if (text !== undefined) await driver.set(key, text);
  }
  return driver;
}

const isSegment = (key: string) => key.startsWith('reprise/j/');
const next = (key: string) => key.replace(/\d{8}$/, (index) => String(Number(index) + 1).padStart(8, '0'));

const index = fc.nat(10_000);

type Choice = (stored: Stored, foreign: Stored) => Tampering;

/** Picks by a number that may be larger than there are. */
function pick<T>(all: readonly T[], at: number): T {
  return all[at % all.length] as T;
}

function replaced(what: string, ...changes: [string, string | undefined][]): Tampering {
  return { what, changes: new Map(changes) };
}

function damaged(at: number, damage: Damage): Choice {
  return (stored) => {
    const [key, text] = pick([...stored], at);
    return replaced('damaged', [key, damage(text)]);
  };
}

const choices: fc.Arbitrary<Choice> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(index, damages).map(([at, damage]) => damaged(at, damage)) },
  {
    weight: 2,
    arbitrary: index.map(
      (at): Choice =>
        (stored) =>
          replaced('deleted', [pick([...stored.keys()], at), undefined]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(index, fc.integer({ min: 1, max: 600 })).map(
      ([at, many]): Choice =>
        (stored) => {
          const segments = [...stored.keys()].filter(isSegment);
          const start = at % segments.length;
          return replaced(
            'deleted',
            ...segments.slice(start, start + many).map((key): [string, undefined] => [key, undefined]),
          );
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, index).map(
      ([a, b]): Choice =>
        (stored) => {
          const [one, other] = [pick([...stored], a), pick([...stored], b)];
          return replaced('swapped', [one[0], other[1]], [other[0], one[1]]);
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, index).map(
      ([a, b]): Choice =>
        (stored) => {
          return replaced('put in place of another', [pick([...stored.keys()], a), pick([...stored.values()], b)]);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: index.map(
      (at): Choice =>
        (stored) => {
          const [key, text] = pick(
            [...stored].filter(([one]) => isSegment(one)),
            at,
          );
          let free = key;
          while (stored.has(free)) free = next(free);
          return replaced('repeated at the end', [free, text]);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: index.map(
      (at): Choice =>
        (stored, foreign) => {
          const [key, text] = pick([...stored], at);
          return replaced('of another execution', [
            key,
            foreign.get(key.replace(/([jhbm])\/[^/]+/, '$1/foreign')) ?? text,
          ]);
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(index, fc.constantFrom('r0', 'r3', 'r12')).map(
      ([at, version]): Choice =>
        (stored) => {
          const [key, text] = pick([...stored], at);
          return replaced('of another version', [key, text.replace(/^r\d+/, version)]);
        },
    ),
  },
);

/** Whatever can happen to what is stored; `foreign` is another execution's, under the id `foreign`. */
export function tamperings(stored: Stored, foreign: Stored): fc.Arbitrary<Tampering> {
  return choices.map((choose) => choose(stored, foreign)).filter(({ changes }) => isChange(stored, changes));
}

/** The same, where what is stored is made up, too. */
export const tamperingChoices: fc.Arbitrary<Choice> = choices;

export function isChange(stored: Stored, changes: Tampering['changes']): boolean {
  return [...changes].some(([key, text]) => stored.get(key) !== text);
}
