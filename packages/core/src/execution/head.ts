import { CorruptRecordError, NotFoundError, type OpenWait } from '../errors/index.ts';
import { keys } from '../journal/keys.ts';
import type { Origin, Owner, ReplayOrigin } from '../journal/records.ts';
import type { Seal } from '../journal/seal.ts';
import { parseStored } from '../journal/stored-value.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import type { Environment } from './environment.ts';
import { type Launch, launchOfProcess } from './launch.ts';

/** What is stored as an execution's status. `crashed` is not: it is `running` with a lease that has run out. */
export type StoredStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** The small record that tells how an execution stands. Its owner alone writes it; the journal is the truth. */
export interface Head {
  readonly v: 1;
  readonly id: string;
  readonly flow: string;
  readonly version?: string;
  readonly status: StoredStatus;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt?: number | undefined;
  readonly parent?: string;
  /** The execution that this one replays, and the call from which it does. */
  readonly replay?: { readonly of: string; readonly from?: string };
  /** Segments of the journal when the status was last written; it never has fewer. */
  readonly segments: number;
  readonly owner?: Owner;
  /** Until when the owner holds the execution unless it renews. */
  readonly lease?: number | undefined;
  readonly waits: readonly OpenWait[];
  readonly error?: { readonly name: string; readonly message: string };
  readonly calls: { readonly made: number; readonly served: number };
  readonly launch: Launch;
}

/** The head of an execution that begins. */
export function newHead({ world, owner, lease }: Environment, id: string, origin: Origin): Head {
  return {
    v: 1,
    id,
    flow: origin.flow,
    ...(origin.version === undefined ? {} : { version: origin.version }),
    status: 'running',
    createdAt: origin.at,
    updatedAt: origin.at,
    ...(origin.parent === undefined ? {} : { parent: origin.parent }),
    ...(origin.replay ? { replay: lineageOf(origin.replay) } : {}),
    segments: 1,
    owner,
    lease: world.now() + lease,
    waits: [],
    calls: { made: 0, served: 0 },
    launch: launchOfProcess(),
  };
}

function lineageOf({ of, from }: ReplayOrigin): NonNullable<Head['replay']> {
  return from === undefined ? { of } : { of, from };
}

export async function readHead(store: Store, seal: Seal, execution: string): Promise<Head | undefined> {
  const key = keys.head(execution);
  const stored = await store.get(key);
  return stored === undefined ? undefined : parseHead(key, seal.open(key, stored));
}

/** An execution's head, or the error that says that there is none. */
export async function requireHead({ store, seal }: Environment, execution: string): Promise<Head> {
  const head = await readHead(store, seal, execution);
  if (!head) throw noSuchExecution(store, execution);
  return head;
}

export function noSuchExecution({ name }: Store, execution: string): NotFoundError {
  return new NotFoundError(`There is no execution '${execution}' in ${name}. executions.list() shows those that are.`);
}

export function parseHead(key: string, text: string): Head {
  const head = parseStored<Head>(key, text, isWhole);
  if (keys.head(head.id) === key) return head;
  throw new CorruptRecordError(key, `${key} is damaged: it tells of execution '${head.id}'. Restore it from a backup.`);
}

function isWhole({ id, flow, status, createdAt, updatedAt, segments, waits, calls, launch }: Head): boolean {
  return (
    [id, flow, status].every((text) => typeof text === 'string') &&
    [createdAt, updatedAt, segments, calls.made, calls.served].every((count) => typeof count === 'number') &&
    waits.every(({ execution, name }) => typeof execution === 'string' && typeof name === 'string') &&
    Array.isArray(launch.command)
  );
}

export function writeHead(store: Store, seal: Seal, head: Head): Promise<void> {
  const key = keys.head(head.id);
  return store.set(key, seal.close(key, JSON.stringify(head)));
}

/** Whether an owner is still at work: its lease runs, and where that can be seen, its process lives. */
export function isHeld(owner: Owner | undefined, until: number | undefined, world: World): boolean {
  if (!owner || until === undefined || until <= world.now()) return false;
  return owner.host !== world.host || world.isAlive(owner.pid);
}
