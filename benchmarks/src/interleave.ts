/** One turn of a contender: how long it took, or whatever else is compared. */
export type Contender = () => Promise<number>;

interface Rounds {
  readonly rounds: number;
  /** Rounds that come first and are not counted. @default 1 */
  readonly warmUp?: number;
}

/**
 * Lets each contender have one turn a round, and another one begin each time: a machine that speeds up or slows
 * down does so for all of them.
 */
export async function interleave<Name extends string>(
  { rounds, warmUp = 1 }: Rounds,
  contenders: Readonly<Record<Name, Contender>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + warmUp) % names.length] as Name;
      const value = await contenders[name]();
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
}

/** The milliseconds that some work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
