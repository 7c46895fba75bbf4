/** A point at which a process can end: around one of its writes to the store. */
export interface Boundary {
  /** Which write, counted from 1: since the run began, or since the crash before. */
  readonly write: number;
  /** Whether the write is in the store. The process that asked for it was not told. */
  readonly landed: boolean;
  /** What was written, such as `segment 3 of crash-test`. */
  readonly what: string;
}

/** A boundary, before it is known what is written there. */
export type BoundaryPoint = Omit<Boundary, 'what'>;

export function describeBoundary({ write, landed, what }: Boundary): string {
  return `write ${write}, ${what}, which ${landed ? 'landed' : 'did not land'}`;
}

const PARTS: Readonly<Record<string, string>> = { h: 'head', j: 'segment', b: 'large value', m: 'letter' };

/** What stands under a key of the store, for people. */
export function whatIsAt(key: string): string {
  const [, part = '', execution, index] = key.split('/');
  const name = PARTS[part] ?? 'value';
  return `${part === 'j' ? `${name} ${Number(index)}` : name} of ${execution}`;
}
