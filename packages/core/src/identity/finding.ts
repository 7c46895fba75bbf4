import type { Entry } from './entry.ts';

/** What the journal says of a call that begins. */
export type Finding =
  /** It is this recorded one. */
  | { readonly is: 'known'; readonly entry: Entry }
  /** It is this recorded one, with another input. `proven`: nothing else could stand in its place. */
  | { readonly is: 'drifted'; readonly entry: Entry; readonly proven: boolean }
  /** It was not recorded. */
  | { readonly is: 'new' }
  /** That depends on which calls are still to come. */
  | { readonly is: 'undecided' }
  /** Records stand where this call should be, and none of them is it. */
  | { readonly is: 'unexplained'; readonly recorded: Entry; readonly ambiguous: boolean };

export const NEW: Finding = { is: 'new' };
export const UNDECIDED: Finding = { is: 'undecided' };

export function known(entry: Entry): Finding {
  return { is: 'known', entry };
}

export function unexplained(recorded: Entry, ambiguous: boolean): Finding {
  return { is: 'unexplained', recorded, ambiguous };
}
