import { hash } from 'node:crypto';

// Ids of the user's go into keys as they are only where every store takes them; the rest are hashed.
const SAFE_ID = /^[a-z0-9][a-z0-9.-]{0,95}$/;

function safe(id: string): string {
  return SAFE_ID.test(id) ? id : `~${hashed(id, 40)}`;
}

// Half characters would all be hashed as the same one.
function hashed(text: string, length: number): string {
  return hash('sha256', text.isWellFormed() ? text : JSON.stringify(text), 'hex').slice(0, length);
}

/** Where an execution's parts stand in the store. */
export const keys = {
  heads: 'reprise/h/',
  head: (execution: string): string => `reprise/h/${safe(execution)}`,
  journals: 'reprise/j/',
  segments: (execution: string): string => `reprise/j/${safe(execution)}/`,
  segment: (execution: string, index: number): string =>
    `reprise/j/${safe(execution)}/${String(index).padStart(8, '0')}`,
  blobs: (execution: string): string => `reprise/b/${safe(execution)}/`,
  blob: (execution: string, digest: string): string => `reprise/b/${safe(execution)}/${digest}`,
  mailbox: (execution: string): string => `reprise/m/${safe(execution)}/`,
  /** That an execution was replayed, and as which one. */
  replay: (execution: string, replay: string): string => `${keys.replays(execution)}${safe(replay)}`,
  replays: (execution: string): string => `reprise/m/${safe(execution)}/replays/`,
  cancel: (execution: string): string => `reprise/m/${safe(execution)}/cancel`,
  /** The `attempt`-th answer to a wait, counted from 1: each key is written once. */
  answer: (execution: string, wait: string, attempt: number): string =>
    `reprise/m/${safe(execution)}/${hashed(wait, 32)}/${attempt}`,
} as const;
