import { ExecutionBusyError, InputMismatchError } from '../errors/index.ts';
import { digest } from '../journal/digest.ts';
import { describeOwner } from '../journal/owner.ts';
import type { Origin, RecordHead } from '../journal/records.ts';
import type { JournalView } from '../journal/view.ts';
import type { Environment } from './environment.ts';
import { type Head, isHeld } from './head.ts';
import { redactedInput } from './origin.ts';
import type { ExecutionPolicy } from './policy.ts';

/** What a process wants to do with an execution. */
export interface HoldRequest {
  readonly id: string;
  readonly flow: string;
  readonly policy: ExecutionPolicy;
  /** Missing: only an execution that exists will do. */
  readonly input?: { readonly value: unknown };
  /** No execution of this id can exist yet. */
  readonly isNew?: boolean;
  readonly parent?: string | undefined;
  /** Take it from an owner that seems to be alive. */
  readonly takeover?: boolean;
  /** A completed one is told once more, with nothing made and nothing recorded. */
  readonly retell?: boolean;
}

/** Refuses a request that means another execution than the one that has its id. */
export function checkSame(environment: Environment, request: HoldRequest, origin: Origin): void {
  const { id, flow, input, parent } = request;
  if (origin.flow !== flow) {
    throw new InputMismatchError(
      id,
      `Execution ${id} belongs to flow '${origin.flow}', and was to be run as '${flow}'. Choose another id.`,
    );
  }
  // Whether a child is the same one has been decided by the parent's journal.
  if (
    input &&
    parent === undefined &&
    digest(redactedInput(environment, flow, input.value), 'input') !== origin.digest
  ) {
    throw new InputMismatchError(
      id,
      `Execution ${id} was started with another input, which \`npx reprise show ${id}\` prints. ` +
        `Choose another id for a new input, or go on with executions.resume('${id}').`,
    );
  }
}

/** Refuses to take an execution from an owner that seems to be alive. */
export function checkFree(
  { owner, world }: Environment,
  { id, takeover }: HoldRequest,
  view: JournalView,
  head: Head | undefined,
): void {
  // The marker in the journal tells who came last; the head tells whether that one has renewed, or let go.
  const last = lastOwner(view);
  if (!last || takeover || last.owner.id === owner.id) return;
  const isHeads = head?.owner?.id === last.owner.id;
  if (isHeads && head?.lease === undefined) return;
  const until = Math.max(last.until, isHeads ? (head?.lease ?? 0) : 0);
  if (isHeld(last.owner, until, world)) {
    throw new ExecutionBusyError(id, describeOwner(last.owner), until - world.now());
  }
}

function lastOwner(view: JournalView): Extract<RecordHead, { t: 'epoch' }> | undefined {
  for (let i = view.records.length - 1; i >= 0; i--) {
    const head = view.records[i]?.head;
    if (head?.t === 'epoch') return head;
  }
  return undefined;
}
