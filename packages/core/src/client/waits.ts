import { AnswerRefusedError, NotFoundError, type OpenWait, StateError } from '../errors/index.ts';
import type { EngineContext } from '../execution/context.ts';
import { requireHead } from '../execution/head.ts';
import type { AnswerLetter } from '../execution/mailbox.ts';
import type { Engine } from '../flow/engine.ts';
import { checkId, checkName, checkOptions, isFlag, isText } from '../flow/options.ts';
import type { Entry } from '../identity/entry.ts';
import { History } from '../identity/history.ts';
import { isPart } from '../identity/taken-over.ts';
import { encode } from '../journal/codec.ts';
import { keys } from '../journal/keys.ts';
import { JournalView } from '../journal/view.ts';
import { allHeads, warnOfDamaged } from './view.ts';

/** Who answers, and whether before being asked. */
export interface AnswerOptions {
  /** Recorded with the answer. */
  readonly by?: string;
  /** Keeps the answer for a wait that is still to come, of an execution that waits for something else now. */
  readonly early?: boolean;
}

/** What one does with waits from outside. */
export interface Waits {
  /** What waits for an answer, oldest first. An execution whose status is damaged is warned of. Left out are sleeps, and what was answered and has not gone on yet. */
  list(options?: { readonly execution?: string }): Promise<OpenWait[]>;
  /**
   * Answers a wait. The first answer that fits counts. While the execution is under way, an answer to a wait that is
   * not open yet is kept for it; where it stands at another wait, that is `NotFoundError` unless `early` is set.
   * Where this process runs the execution, an answer that does not fit throws `AnswerRefusedError`; elsewhere the
   * answer is checked when the execution goes on, and a wait that refused it is open again.
   */
  answer(execution: string, wait: string, value: unknown, options?: AnswerOptions): Promise<void>;
  /** Refuses to answer: the wait throws `WaitRejectedError` in the flow. */
  reject(execution: string, wait: string, options?: AnswerOptions & { readonly reason?: string }): Promise<void>;
}

export function createWaits(engine: Engine): Waits {
  return {
    async list(options = {}) {
      checkOptions(options, 'waits.list', { execution: isText });
      const context = await engine.context();
      const found: OpenWait[] = [];
      for await (const { id, waits } of allHeads(context, warnOfDamaged)) {
        if (options.execution !== undefined && options.execution !== id) continue;
        // A parent's head names its children's waits, too; each is listed once, with its own execution.
        found.push(...waits.filter((wait) => !wait.sleep && (wait.execution === id || options.execution === id)));
      }
      const letters = await context.store.getMany(
        found.map(({ execution, name, attempt }) => keys.answer(execution, name, attempt)),
      );
      return found.filter((_, i) => letters[i] === undefined).sort((a, b) => a.at - b.at);
    },

    async answer(execution, wait, value, options = {}) {
      checkOptions(options, 'waits.answer', { by: isText, early: isFlag });
      const text = encode(value, 'answer');
      await send(engine, execution, wait, { rejected: false, value: text }, options, value);
    },

    async reject(execution, wait, options = {}) {
      checkOptions(options, 'waits.reject', { by: isText, early: isFlag, reason: isText });
      await send(engine, execution, wait, { rejected: true, value: encode(options.reason, 'reason') }, options);
    },
  };
}

async function send(
  engine: Engine,
  id: string,
  name: string,
  says: Pick<AnswerLetter, 'rejected' | 'value'>,
  { by, early = false }: AnswerOptions,
  value?: unknown,
): Promise<void> {
  checkId(id);
  checkName(name, "A wait's name");
  const context = await engine.context();
  const { store, seal, world } = context;
  const { execution: to, attempt, until } = await findOpen(context, id, name, early);
  if (until !== undefined && until < world.now()) {
    throw new StateError(`Wait '${name}' of execution ${to} had its deadline on ${new Date(until).toISOString()}.`);
  }
  const running = context.active.get(to)?.execution;
  if (!says.rejected) {
    const check = (running?.suspension.checks ?? context.parked.get(to))?.get(name);
    const verdict = await check?.(value);
    if (verdict && !verdict.ok) throw new AnswerRefusedError(name, verdict.problems);
  }
  const letter: AnswerLetter = { v: 1, ...says, ...(by === undefined ? {} : { by }), at: world.now() };
  const text = JSON.stringify(letter);
  for (let n = attempt; ; n++) {
    const key = keys.answer(to, name, n);
    if (await store.putIfAbsent(key, seal.close(key, text))) break;
    // A crash may have come between the refusal of that answer and the news of it.
    if (((await askedFor(context, to)).get(name)?.refused.count ?? 0) < n) throw alreadyAnswered(to, name);
  }
  // A parent stands at the waits of its children.
  for (const [root, { execution }] of context.active) {
    if (to === root || to.startsWith(`${root}.`)) await execution.mailbox.look();
  }
}

function alreadyAnswered(execution: string, name: string): StateError {
  return new StateError(`Wait '${name}' of execution ${execution} has been answered; the first answer counts.`);
}

/** Where an answer to a wait goes. */
type Address = Pick<OpenWait, 'execution' | 'attempt' | 'until'>;

/** The open wait of this name, or the one that may still be opened. */
async function findOpen(context: EngineContext, id: string, name: string, early: boolean): Promise<Address> {
  const running = context.active.get(id)?.execution;
  const head = await requireHead(context, id);
  const waits = running && !running.lifetime.isOver ? running.suspension.waits : head.waits;
  const named = waits.filter((wait) => wait.name === name);
  const own = named.filter((wait) => wait.execution === id);
  const matching = own.length > 0 ? own : named;
  if (matching.length > 1) {
    const places = matching.map((wait) => wait.execution).join(', ');
    throw new StateError(
      `Several children of execution ${id} wait for '${name}'. Name the one that you mean: ${places}.`,
    );
  }
  if (matching[0]?.sleep) throw new StateError(`'${name}' is a sleep of execution ${id}; time answers it.`);
  if (matching[0]) return matching[0];
  if (head.status === 'completed' || head.status === 'cancelled') {
    throw new StateError(`Execution ${id} is ${head.status}; it waits for nothing.`);
  }
  const asked = await askedFor(context, id);
  const known = asked.get(name);
  if (known?.end) throw alreadyAnswered(id, name);
  if (known?.start.wait?.sleep) throw new StateError(`'${name}' is a sleep of execution ${id}; time answers it.`);
  const numbered = /^(.+)#\d+$/.exec(name)?.[1];
  if (numbered !== undefined && asked.size === 0) {
    throw new NotFoundError(`Execution ${id} has not waited for '${numbered}' yet, so '${name}' cannot come next.`);
  }
  if (head.status === 'waiting' && !early) refuseUnknown(id, name, known ?? asked.get(numbered ?? ''), waits);
  return { execution: id, attempt: (known?.refused.count ?? 0) + 1, until: known?.start.wait?.until };
}

/** A name that nobody has asked for, while somebody else's answer is awaited, is a slip more often than foresight. */
function refuseUnknown(id: string, name: string, known: Entry | undefined, waits: readonly OpenWait[]): void {
  const open = waits.filter(({ sleep }) => !sleep);
  if (known || open.length === 0) return;
  const names = open.map((wait) => `'${wait.name}'${wait.execution === id ? '' : ` of ${wait.execution}`}`).join(', ');
  throw new NotFoundError(
    `Execution ${id} does not wait for '${name}'; it waits for ${names}. ` +
      `To answer '${name}' before it is asked, pass { early: true }.`,
  );
}

/** The waits that the journal of an execution tells of, by their names. */
async function askedFor({ store, seal }: EngineContext, id: string): Promise<Map<string, Entry>> {
  const { records } = await JournalView.open(store, seal, id);
  const history = new History(records);
  const asked = new Map<string, Entry>();
  for (const entry of history.entries.values()) {
    if (entry.start.wait && isPart(history.entries, entry)) asked.set(entry.start.wait.as, entry);
  }
  return asked;
}
