import { createHash } from 'node:crypto';
import { UsageError } from '../errors/index.ts';
import { type Ambient, countBegun } from '../identity/ambient.ts';
import { currentBranch } from '../identity/branch.ts';
import { spotKey } from '../identity/place.ts';
import { currentTurn } from '../identity/turn.ts';
import { encode } from '../journal/codec.ts';
import type { Spot } from '../journal/records.ts';
import type { Execution } from './execution.ts';

/** Values that are the same each time the execution passes this point, without a write of their own. */

function spot({ scope, cause }: Ambient<Execution>, what: string): Spot {
  const before = cause.turn === currentTurn() && cause.parent ? cause.parent : cause;
  const branch = currentBranch();
  const n = countBegun(before, branch, 'value', what);
  return { scope: scope.id, cause: before.id ?? '', ...(branch === undefined ? {} : { branch }), n };
}

// These values come at once, and an execution of the process that was not named is open after its first call.
function notOpen(what: string): UsageError {
  return new UsageError(
    `${what} needs an execution that is open. In a script, make a call first, or wrap the code in a flow.`,
  );
}

function seeded(here: Ambient<Execution>, what: string): Buffer {
  const { seed } = here.home;
  if (seed === undefined) throw notOpen(`${what}()`);
  const at = spotKey(spot(here, what));
  return createHash('sha256').update(`${seed}\n${what}\n${at}`).digest();
}

/** Milliseconds since the epoch, as they were when the execution first came by. */
export function durableNow(here: Ambient<Execution>): number {
  const { execution } = here.home;
  if (!execution) throw notOpen('now()');
  const at = spot(here, 'now');
  const recorded = execution.history.times.get(spotKey(at));
  if (recorded !== undefined) return recorded;
  const ms = execution.environment.world.now();
  execution.journal.note({ head: { t: 'time', ...at, ms } });
  return ms;
}

/** A number from 0 up to 1. */
export function durableRandom(here: Ambient<Execution>): number {
  return Number(seeded(here, 'random').readBigUInt64BE() >> 11n) / 2 ** 53;
}

/** A UUID of version 4. */
export function durableUuid(here: Ambient<Execution>): string {
  const bytes = seeded(here, 'uuid').subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Writes a line to the execution's log, once for each time that the program comes by. */
export function durableLog(here: Ambient<Execution>, data: Readonly<Record<string, unknown>>): void {
  const { scope } = here;
  const { execution } = here.home;
  if (!execution) throw notOpen('log()');
  const at = spot(here, 'log');
  const value = encode(data, 'log');
  if (execution.history.logs.has(spotKey(at))) return;
  const kind = scope.call?.kind ?? 'execution';
  const name = scope.call?.name ?? execution.flow;
  const redacted = execution.environment.redact
    ? execution.payloads.encode(data, 'log', { part: 'output', kind, name })
    : value;
  execution.journal.note({ head: { t: 'log', ...at, at: execution.environment.world.now() }, value: redacted });
}
