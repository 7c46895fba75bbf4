import type { CallStart, Place, Spot } from '../journal/records.ts';
import type { CallAttempt } from './entry.ts';

/** Where calls stand: what tells places apart, and what proves two of them to be the same. */

/** Tells one spot from another. */
export const spotKey = ({ scope, cause, branch, n }: Spot): string => `${scope}\n${cause}\n${branch}\n${n}`;
/** Tells one place from another. */
export const placeKey = (p: Place): string => `${p.scope}\n${p.cause}\n${p.branch}\n${p.kind}\n${p.name}\n${p.n}`;
export function isSamePlace(a: Place, b: Place): boolean {
  return (
    a.n === b.n &&
    a.name === b.name &&
    a.kind === b.kind &&
    a.cause === b.cause &&
    a.branch === b.branch &&
    a.scope === b.scope
  );
}

export const causeKey = (p: Place): string => `${p.scope}\n${p.cause}`;
export const contentKey = (p: CallAttempt): string => `${p.scope}\n${p.kind}\n${p.name}\n${p.digest}`;

/**
 * Nothing but the code decided that these two stand in the same place: they began in the same branch, or in the
 * drain of the same outcome.
 */
export function isProven(a: CallAttempt, b: CallAttempt): boolean {
  return isSameBranch(a, b) || isSameDrain(a, b);
}

export function isSameBranch(a: CallAttempt, b: CallAttempt): boolean {
  return a.branch !== undefined && a.branch === b.branch;
}

export function isSameDrain(a: CallAttempt, b: CallAttempt): boolean {
  return a.trigger !== undefined && a.trigger === b.trigger;
}

/** They began in one run of synchronous code, so the code alone decided their order. */
export function isSibling(a: CallAttempt, b: CallAttempt): boolean {
  return a.turn === b.turn && a.branch === b.branch;
}

/** Both have a branch, and not the same one. */
export function isElsewhere(a: CallAttempt, b: CallAttempt): boolean {
  return a.branch !== undefined && b.branch !== undefined && a.branch !== b.branch;
}

export function isAlike(a: CallAttempt, b: CallAttempt): boolean {
  return a.kind === b.kind && a.name === b.name && a.digest === b.digest;
}

/** In another release of the runtime branches have other names. */
export function withoutBranch({ branch: _, ...head }: CallStart): CallStart {
  return head;
}
