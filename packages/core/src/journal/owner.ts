import type { Owner } from './records.ts';

/** A name for people: the process, and its host's first word. */
export function describeOwner(owner: Owner): string {
  return `process ${owner.pid} on ${owner.host.split(' ')[0]}`;
}
