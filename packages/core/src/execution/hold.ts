import { FencedError } from '../errors/index.ts';
import { RUNTIME } from '../identity/branch.ts';
import { encode } from '../journal/codec.ts';
import { digest } from '../journal/digest.ts';
import { Journal } from '../journal/journal.ts';
import type { Epoch, JournalRecord, Origin, RecordHead } from '../journal/records.ts';
import { JournalView } from '../journal/view.ts';
import type { EngineContext } from './context.ts';
import { Execution } from './execution.ts';
import { type Head, isHeld, newHead, noSuchExecution, readHead, writeHead } from './head.ts';
import { checkFree, checkSame, type HoldRequest } from './hold-request.ts';
import { findOrigin, redactedInput } from './origin.ts';

/** An execution in hand, with its input; one to be told once more; or one that is over, with how it ended. */
export type Held =
  | { readonly is: 'held'; readonly execution: Execution; readonly input: unknown; readonly resumed: boolean }
  | { readonly is: 'retold'; readonly execution: Execution; readonly input: unknown }
  | { readonly is: 'over'; readonly status: 'completed' | 'cancelled'; readonly value: unknown };

/** Creates an execution, or takes hold of the one that has this id. */
export async function hold(context: EngineContext, request: HoldRequest): Promise<Held> {
  if (request.isNew) return create(context, request);
  await writeUnwritten(context, request.id);
  const { store, seal } = context;
  // The head first: whatever it tells of was in the journal before it was written.
  const head = await readHead(store, seal, request.id);
  const view = await JournalView.open(store, seal, request.id, head?.segments);
  if (view.segments > 0) return takeOver(context, request, view, head);
  if (!request.input) throw noSuchExecution(store, request.id);
  try {
    return await create(context, request);
  } catch (error) {
    // Somebody else has created it in the meantime.
    if (FencedError.isInstance(error)) return hold(context, request);
    throw error;
  }
}

// A store that was away has left paid results in this process: they go first.
async function writeUnwritten({ unwritten }: EngineContext, id: string): Promise<void> {
  const journal = unwritten.get(id);
  if (!journal) return;
  await journal.retry().catch((error) => {
    if (!FencedError.isInstance(error)) throw error;
  });
  unwritten.delete(id);
}

function epochRecord({ world, owner, lease }: EngineContext, epoch: number, after?: Epoch['after']): JournalRecord {
  const at = world.now();
  const stood = after === undefined ? {} : { after };
  return { head: { t: 'epoch', epoch, owner, until: at + lease, at, runtime: RUNTIME, ...stood } };
}

async function create(context: EngineContext, request: HoldRequest): Promise<Held> {
  const { id, flow, policy, parent } = request;
  const { world } = context;
  const input = request.input?.value;
  const stored = redactedInput(context, flow, input);
  const origin: Origin = {
    flow,
    ...(policy.version === undefined ? {} : { version: policy.version }),
    digest: digest(stored, 'input'),
    seed: id,
    ...(parent === undefined ? {} : { parent }),
    at: world.now(),
  };
  const journal = new Journal(context, id, { epoch: 1, next: 0 });
  const view = JournalView.empty(context.store, context.seal, id);
  const head = newHead(context, id, origin);
  const execution = new Execution(context, { origin, journal, records: [], lists: view.lists, head, policy });
  execution.guard = policy.guard?.(context, execution, []);
  journal.note(epochRecord(context, 1));
  journal.note({ head: { t: 'origin', ...origin }, input: encode(stored, 'input', view.lists) });
  await journal.flush();
  // Not before: what has a head is gone on with, so there must be something to go on with.
  await execution.keeper.update({});
  return { is: 'held', execution, input, resumed: false };
}

async function takeOver(
  context: EngineContext,
  request: HoldRequest,
  view: JournalView,
  head: Head | undefined,
): Promise<Held> {
  const { id, policy } = request;
  const { origin, input } = findOrigin(view);
  checkSame(context, request, origin);
  const end = findEnd(view);
  if (end) {
    // Where the store will not have it, whoever asks next does it.
    await mendHead(context, head ?? newHead(context, id, origin), view, end.head).catch(() => {});
    if (request.retell && end.head.status === 'completed') {
      const given = context.redact && request.input;
      const execution = retold(context, request, view, origin, head ?? newHead(context, id, origin));
      return { is: 'retold', execution, input: given ? given.value : await view.load(input) };
    }
    return { is: 'over', status: end.head.status, value: await view.load(end.value) };
  }
  checkFree(context, request, view, head);

  const epoch = view.epoch + 1;
  const journal = new Journal(context, id, { epoch, next: view.segments });
  const { endedAt: _endedAt, error: _error, ...before } = head ?? newHead(context, id, origin);
  const { world, owner, lease } = context;
  const execution = new Execution(context, {
    origin,
    journal,
    records: view.records,
    lists: view.lists,
    head: { ...before, status: 'running', owner, lease: world.now() + lease, segments: view.segments + 1, waits: [] },
    policy,
  });
  execution.guard = policy.guard?.(context, execution, view.records);
  try {
    await journal.append(epochRecord(context, epoch, stoodAs(head, origin, view)));
  } catch (error) {
    if (!FencedError.isInstance(error)) throw error;
    // Another process came first. It is at work now, or was replaced in turn: look again.
    return hold(context, request);
  }
  await execution.keeper.update({});
  // What was stored may have been redacted; the program sees all that its caller has given.
  const given = context.redact && request.input;
  return { is: 'held', execution, input: given ? given.value : await view.load(input), resumed: true };
}

function stoodAs(head: Head | undefined, { replay }: Origin, { segments }: JournalView): Epoch['after'] {
  // Nobody has worked on it yet: there is only what it was given.
  if (replay && segments === 1) return 'replay';
  const status = head?.status;
  return status === 'waiting' || status === 'failed' ? status : 'running';
}

// It holds nothing in the store: it has no lease, and its journal is not written.
function retold(
  context: EngineContext,
  { id, policy }: HoldRequest,
  view: JournalView,
  origin: Origin,
  head: Head,
): Execution {
  const journal = new Journal(context, id, { epoch: view.epoch, next: view.segments });
  const { records, lists } = view;
  const free: Head = { ...head, lease: undefined };
  return new Execution(context, { origin, journal, records, lists, head: free, policy, isRetold: true });
}

interface End extends JournalRecord {
  readonly head: Extract<RecordHead, { t: 'end' }> & { readonly status: 'completed' | 'cancelled' };
}

function findEnd(view: JournalView): End | undefined {
  return view.records.find((record): record is End => record.head.t === 'end' && record.head.status !== 'failed');
}

// The head is written after the end of the journal, so a crash may have left it behind.
async function mendHead(context: EngineContext, head: Head, view: JournalView, end: End['head']): Promise<void> {
  const { store, seal, world, owner } = context;
  const { status, at } = end;
  const isAtWork = head.owner?.id !== owner.id && isHeld(head.owner, head.lease, world);
  if (head.status === status || isAtWork) return;
  const over = { status, endedAt: at, updatedAt: world.now(), segments: view.segments, waits: [], lease: undefined };
  await writeHead(store, seal, { ...head, ...over });
}
