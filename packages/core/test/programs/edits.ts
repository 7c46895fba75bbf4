import fc from 'fast-check';
import { below, type Labelled, labelled, type Part, withBelow } from './program.ts';

/** One change of a program, as somebody makes it between a crash and the next start. */
export interface Edit {
  readonly kind: number;
  readonly target: number;
  readonly fresh: Part;
  readonly name: string;
  readonly input: 'given' | 'same' | 'none';
}

export function edits(fresh: fc.Arbitrary<Part>): fc.Arbitrary<Edit> {
  return fc.record({
    kind: fc.nat(1_000),
    target: fc.nat(1_000),
    fresh,
    name: fc.constantFrom('a', 'b', 'c'),
    input: fc.constantFrom<'given' | 'same' | 'none'>('none', 'same', 'given'),
  });
}

type Change = (part: Labelled, edit: Edit) => Part | undefined;

const ADDED = 'added';
const added = (part: Part) => labelled(part, ADDED);
const around = (is: 'scope' | 'late', part: Part): Part =>
  ({ is, pause: 'timer', part, label: `${ADDED} ${is}` }) as unknown as Part;

/** What may be done to a part; nothing where it does not fit. */
const CHANGES: Readonly<Record<string, Change>> = {
  'insert a call before': (part, { fresh }) => rowOf(added(fresh), part),
  'insert a call after': (part, { fresh }) => rowOf(part, added(fresh)),
  'insert a call beside': (part, { fresh }) =>
    'parts' in part ? { ...part, parts: [added(fresh), ...part.parts] } : undefined,
  remove: (part) => ('parts' in part && part.parts.length > 1 ? { ...part, parts: part.parts.slice(1) } : undefined),
  rename: (part, { name }) => (part.is === 'call' && part.name !== name ? { ...part, name } : undefined),
  swap: (part) => ('parts' in part ? { ...part, parts: [...part.parts].reverse() } : undefined),
  'change the input': (part, { input }) =>
    part.is === 'call' && part.input !== input ? { ...part, input } : undefined,
  'change a branch': (_part, { fresh }) => added(fresh),
  'wrap in a scope': (part) => around('scope', part),
  'work before': (part) => around('late', part),
  'make parallel': (part) => (part.is === 'row' ? { ...part, is: 'all' } : undefined),
  'make sequential': (part) => (part.is === 'all' ? { ...part, is: 'row' } : undefined),
};

function rowOf(...parts: Part[]): Part {
  return { is: 'row', parts, label: `${ADDED} row` } as unknown as Part;
}

export interface Edited {
  readonly what: string;
  readonly program: Labelled;
}

/** The program with one change made to it. */
export function edited(program: Labelled, edit: Edit): Edited {
  const all = partsOf(program);
  const possible = Object.entries(CHANGES).filter(([, change]) => all.some((part) => change(part, edit)));
  const [what, change] = possible[edit.kind % possible.length] as [string, Change];
  const targets = all.filter((part) => change(part, edit));
  const target = targets[edit.target % targets.length] as Labelled;
  return { what: `${what} at ${target.label}`, program: replaced(program, target, change(target, edit) as Labelled) };
}

function partsOf(part: Labelled): Labelled[] {
  return [part, ...below(part).flatMap((inner) => partsOf(inner as Labelled))];
}

function replaced(part: Labelled, target: Labelled, by: Labelled): Labelled {
  if (part === target) return by;
  return withBelow(
    part,
    below(part).map((inner) => replaced(inner as Labelled, target, by)),
  );
}
