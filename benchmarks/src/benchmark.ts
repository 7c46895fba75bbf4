import type { Spread } from './spread.ts';

/** A limit that a figure should keep; nothing fails when it does not. */
export interface Target {
  readonly of: 'reprise' | 'ratio';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly reprise: Spread;
  /** The same work done by hand, where there is such a thing. */
  readonly raw?: Spread;
  /** Reprise to raw, or as `what` says. */
  readonly ratio?: Spread;
  readonly target?: Target;
}

/** A group of rows that are measured together. */
export interface Benchmark {
  readonly name: string;
  /** The rows; or, in a sentence, why there are none. */
  measure(): Promise<Row[] | string>;
}
