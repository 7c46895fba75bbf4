import fc from 'fast-check';

/**
 * Random programs as trees: what they do is run by `interpret.ts`, and changed by `edits.ts`. Names are few and inputs
 * often equal, so that little tells two calls apart but where they stand.
 */
export type Part =
  | {
      readonly is: 'call';
      readonly name: string;
      /** `given`: what came before it; else the same each time, or none. */
      readonly input: 'given' | 'same' | 'none';
      readonly kind: 'checkpoint' | 'model' | 'stream' | 'flow';
      readonly inside: Part | undefined;
      /** Its attempts up to this one fail. */
      readonly failures: number;
      readonly attempts: number;
    }
  | { readonly is: 'row' | Beside; readonly parts: readonly Part[] }
  | { readonly is: 'loop'; readonly times: number; readonly part: Part }
  /** Goes on after a failure. */
  | { readonly is: 'guarded'; readonly part: Part }
  /** Work that is not recorded, which takes another time in each process. */
  | { readonly is: 'late'; readonly pause: 'timer' | 'microtasks'; readonly part: Part }
  | { readonly is: 'drawn'; readonly what: 'now' | 'random' | 'uuid'; readonly part: Part }
  | { readonly is: 'scope'; readonly part: Part }
  | { readonly is: 'wait' };

/** How parts run beside one another, by the method of `Promise` that waits for them. */
export type Beside = 'all' | 'allSettled' | 'race' | 'any';

/** A part with a label that no other one in its program has, and that it keeps when the program is changed. */
export type Labelled = Part & { readonly label: string };

export interface ProgramOptions {
  readonly depth?: number;
  /** Parts that are left out. */
  readonly without?: readonly (Part['is'] | Beside | 'stream' | 'flow' | 'failure')[];
}

/** Programs of these kinds of parts. */
export function programs({ depth = 3, without = [] }: ProgramOptions = {}): fc.Arbitrary<Part> {
  const has = (what: (typeof without)[number]) => !without.includes(what);
  const name = fc.constantFrom('a', 'b');
  const input = fc.constantFrom<'given' | 'same' | 'none'>('none', 'same', 'given');
  const plain = fc.record({
    is: fc.constant<'call'>('call'),
    name,
    input,
    kind: fc.constantFrom<'checkpoint' | 'stream'>('checkpoint', ...(has('stream') ? (['stream'] as const) : [])),
    inside: fc.constant(undefined),
    failures: fc.constant(0),
    attempts: fc.constant(1),
  });

  const grow = (left: number): fc.Arbitrary<Part> => {
    const leaves: fc.WeightedArbitrary<Part>[] = [{ arbitrary: plain, weight: 8 }];
    if (has('failure')) leaves.push({ arbitrary: failing(plain), weight: 1 });
    if (has('wait')) leaves.push({ arbitrary: fc.constant<Part>({ is: 'wait' }), weight: 0.4 * 2 });
    if (left === 0) return fc.oneof(...whole(leaves));
    const part = grow(left - 1);
    const parts = fc.array(part, { minLength: 2, maxLength: 3 });
    const beside = (['all', 'allSettled', 'race', 'any'] as const).filter(has);
    const inner: fc.WeightedArbitrary<Part>[] = [
      { arbitrary: plain, weight: 3 },
      { arbitrary: parts.map((all): Part => ({ is: 'row', parts: all })), weight: 5 },
    ];
    const add = (weight: number, arbitrary: fc.Arbitrary<Part>) => inner.push({ arbitrary, weight });
    if (beside.length > 0) {
      const [first, ...others] = beside as [Beside, ...Beside[]];
      const how = fc.constantFrom<Beside>(first, first, first, ...others);
      add(5, fc.record({ is: how, parts }) as fc.Arbitrary<Part>);
    }
    if (has('loop'))
      add(1, fc.record({ is: fc.constant<'loop'>('loop'), times: fc.integer({ min: 2, max: 3 }), part }));
    if (has('late')) {
      const pause = fc.constantFrom<'timer' | 'microtasks'>('timer', 'microtasks');
      add(4, fc.record({ is: fc.constant<'late'>('late'), pause, part }));
    }
    if (has('guarded')) add(1, fc.record({ is: fc.constant<'guarded'>('guarded'), part }));
    if (has('drawn')) {
      const what = fc.constantFrom<'now' | 'random' | 'uuid'>('random', 'uuid', 'now');
      add(1, fc.record({ is: fc.constant<'drawn'>('drawn'), what, part }));
    }
    if (has('scope')) add(1, fc.record({ is: fc.constant<'scope'>('scope'), part }));
    add(
      2,
      fc
        .record({ base: plain, inside: part })
        .map(({ base, inside }): Part => ({ ...base, kind: 'checkpoint', inside })),
    );
    if (has('failure')) {
      const base = fc.record({ base: plain, inside: part });
      add(1, failing(base.map(({ base: call, inside }): Call => ({ ...call, kind: 'checkpoint', inside }))));
    }
    if (has('flow')) {
      add(
        1,
        fc.record({ base: plain, inside: part }).map(({ base, inside }): Part => ({ ...base, kind: 'flow', inside })),
      );
    }
    return fc.oneof(...whole(inner));
  };
  return grow(depth);
}

type Call = Extract<Part, { is: 'call' }>;

function failing(calls: fc.Arbitrary<Call>): fc.Arbitrary<Part> {
  const outcome = fc.constantFrom(
    { failures: 9, attempts: 1 },
    { failures: 1, attempts: 2 },
    { failures: 9, attempts: 2 },
  );
  return fc.tuple(calls, outcome).map(([call, how]): Part => ({ ...call, ...how }));
}

function whole(weighted: fc.WeightedArbitrary<Part>[]): fc.WeightedArbitrary<Part>[] {
  return weighted.map(({ arbitrary, weight }) => ({ arbitrary, weight: Math.round(weight * 10) }));
}

/** The parts right below this one. */
export function below(part: Part): readonly Part[] {
  if ('parts' in part) return part.parts;
  if ('part' in part) return [part.part];
  return part.is === 'call' && part.inside ? [part.inside] : [];
}

/** The same part with other ones below it. */
export function withBelow<P extends Part>(part: P, parts: readonly Part[]): P {
  if ('parts' in part) return { ...part, parts };
  if ('part' in part) return { ...part, part: parts[0] };
  return part.is === 'call' && part.inside ? { ...part, inside: parts[0] } : part;
}

/** Gives each part the way to it for a label. */
export function labelled(part: Part, label = '0'): Labelled {
  const parts = below(part).map((inner, i) => labelled(inner, `${label}.${i}`));
  return { ...withBelow(part, parts), label };
}

/**
 * The same program with model calls in place of checkpoints; of those that enclose something, of those of one name. None
 * encloses a wait: with a budget it keeps out the first calls of children beside it, which are in flight until then.
 */
export function withModels(part: Part): Part {
  const same = withBelow(part, below(part).map(withModels));
  const mayEnclose = (inside: Part) => part.is === 'call' && part.name === 'b' && !some(inside, (p) => p.is === 'wait');
  const isModel = same.is === 'call' && same.kind === 'checkpoint' && (!same.inside || mayEnclose(same.inside));
  return isModel ? { ...same, kind: 'model' } : same;
}

/** Whether some part of the program fits. */
export function some(part: Part, fits: (part: Part) => boolean): boolean {
  return fits(part) || below(part).some((inner) => some(inner, fits));
}

/** Whether timing decides nothing about the result, and nothing of the clock gets into it. */
export function isDeterminate(part: Part): boolean {
  return !some(part, (p) => p.is === 'race' || p.is === 'any' || (p.is === 'drawn' && p.what === 'now'));
}

/** A program as text, for people. */
export function show(part: Part): string {
  const inner = below(part).map(show).join(', ');
  switch (part.is) {
    case 'call': {
      const { kind, name, input, failures, attempts } = part;
      const fails = failures > 0 ? ` fails ${failures}/${attempts}` : '';
      return `${kind === 'checkpoint' ? '' : `${kind} `}${name}(${input === 'none' ? '' : input}${fails})${inner && `{ ${inner} }`}`;
    }
    case 'loop':
      return `${part.times} times [${inner}]`;
    case 'late':
      return `${part.pause}; ${inner}`;
    case 'drawn':
      return `${part.what}(); ${inner}`;
    default:
      return `${part.is}[${inner}]`;
  }
}
