import type { World } from '../world/world.ts';
import { type Head, isHeld, type StoredStatus } from './head.ts';

/** How an execution stands. `crashed`: it was running, and its owner is gone. */
export type ExecutionStatus = StoredStatus | 'crashed';

export function statusOf(head: Head, world: World): ExecutionStatus {
  return head.status === 'running' && !isHeld(head.owner, head.lease, world) ? 'crashed' : head.status;
}
