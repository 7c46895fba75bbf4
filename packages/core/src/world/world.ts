import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A timer that was set, to be handed back to `clearTimer`. */
export type Timer = unknown;

/** Everything the engine takes from outside, so that a test can bring its own. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back after so many milliseconds. `unref`: it does not keep the process alive. */
  setTimer(callback: () => void, milliseconds: number, options?: { unref?: boolean }): Timer;
  clearTimer(timer: Timer): void;
  /** A new id, lower case and ordered by time: 10 characters of time, 16 of chance. */
  newId(): string;
  /** Names this machine and process space, so that a process id of it means something. */
  readonly host: string;
  readonly pid: number;
  /** Whether a process of this host lives. */
  isAlive(pid: number): boolean;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function encodeTime(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** An id in the form of a ULID, lower case. */
export function timeOrderedId(milliseconds: number, random: (size: number) => Uint8Array): string {
  let text = encodeTime(milliseconds);
  for (const byte of random(16)) text += ALPHABET[byte % 32];
  return text;
}

function readOr(fallback: string, read: () => string): string {
  try {
    return read().trim();
  } catch {
    return fallback;
  }
}

// Containers may share a host name, and process ids mean nothing across their process spaces.
function hostIdentity(): string {
  const boot = readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const space = readOr('', () => readlinkSync('/proc/self/ns/pid'));
  return [hostname(), boot, space].filter(Boolean).join(' ');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// One that is set for longer goes off at once.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

interface RealTimer {
  current: NodeJS.Timeout;
}

function setRealTimer(
  callback: () => void,
  milliseconds: number,
  { unref = false }: { unref?: boolean } = {},
): RealTimer {
  const timer = { current: next(milliseconds) };
  function next(left: number): NodeJS.Timeout {
    const set =
      left > LONGEST_TIMEOUT_MS
        ? setTimeout(() => {
            timer.current = next(left - LONGEST_TIMEOUT_MS);
          }, LONGEST_TIMEOUT_MS)
        : setTimeout(callback, left);
    return unref ? set.unref() : set;
  }
  return timer;
}

/** The real clock, real timers, real chance. */
export const realWorld: World = {
  now: Date.now,
  setTimer: setRealTimer,
  clearTimer: (timer) => clearTimeout((timer as RealTimer | undefined)?.current),
  newId: () => timeOrderedId(Date.now(), randomBytes),
  host: hostIdentity(),
  pid: process.pid,
  isAlive,
};
