import { randomBytes } from 'node:crypto';

export type Version = string | number;

/**
 * The version after this one. It has a tail of its own, so that two branches that go on from one checkpoint never
 * give different values the same version, and is padded, because LangGraph compares versions as text.
 */
export function versionAfter(current: Version | undefined): Version {
  // Taken over from a saver that counts: numbers and texts have no order among them.
  if (typeof current === 'number') return Math.floor(current) + 1 + randomBytes(4).readUInt32BE() / 2 ** 32;
  const number = current === undefined ? 1 : Number.parseInt(current, 10) + 1;
  return `${String(number).padStart(16, '0')}.${randomBytes(5).toString('hex')}`;
}

/** The highest of the versions, as LangGraph compares them. */
export function highestVersion(versions: readonly Version[]): Version | undefined {
  const [first, ...rest] = versions;
  if (first === undefined) return undefined;
  return rest.reduce((highest, version) => (compare(version, highest) > 0 ? version : highest), first);
}

function compare(a: Version, b: Version): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}
