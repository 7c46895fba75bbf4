import { inspect } from 'node:util';
import { RepriseError } from '../errors/index.ts';
import { type Boundary, describeBoundary } from './boundary.ts';

/** What a crash must not change. */
export interface Difference {
  /** One sentence without a full stop. */
  readonly problem: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** A crash changed what a flow does. */
export class CrashTestError extends RepriseError {
  /** Where the run crashed; more than one with `depth: 2`, none where the uninterrupted run went wrong. */
  readonly crashes: readonly Boundary[];
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(flow: string, crashes: readonly Boundary[], difference: Difference, hint?: string) {
    const { problem, expected, actual } = difference;
    const where =
      crashes.length === 0
        ? `Flow '${flow}' cannot be tested`
        : `Flow '${flow}' does not survive a crash at ${crashes.map(describeBoundary).join(', and then at ')}`;
    super(
      'REPRISE_CRASH_TEST',
      `${where}: ${problem}.\n  expected ${show(expected)}\n  actual   ${show(actual)}${hint ? `\n${hint}` : ''}`,
      actual instanceof Error ? { cause: actual } : {},
    );
    this.crashes = crashes;
    this.expected = expected;
    this.actual = actual;
  }
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return inspect(value, { depth: 6, breakLength: 100, maxStringLength: 400, maxArrayLength: 40 });
}
