import { FencedError, StateError, UsageError } from '../../errors/index.ts';
import type { EngineContext } from '../../execution/context.ts';
import { errorText } from '../../execution/error-text.ts';
import { type Head, newHead, readHead, writeHead } from '../../execution/head.ts';
import { withoutSecrets } from '../../execution/launch.ts';
import type { AnswerLetter } from '../../execution/mailbox.ts';
import { findOrigin } from '../../execution/origin.ts';
import { type RedactInfo, redactValue } from '../../execution/redact.ts';
import { RUNTIME } from '../../identity/branch.ts';
import { encode } from '../../journal/codec.ts';
import { canonicalDigest, digest } from '../../journal/digest.ts';
import { Journal } from '../../journal/journal.ts';
import { keys } from '../../journal/keys.ts';
import type { Epoch, JournalRecord, Origin, OverrideKind } from '../../journal/records.ts';
import { JournalView } from '../../journal/view.ts';
import { maskArguments } from '../../secrets/command.ts';
import { takeOver } from './compose.ts';
import { noteReplay } from './lineage.ts';
import type { Override, ReplayOptions } from './options.ts';
import type { Source, Target } from './source.ts';

/**
 * Writes a replay, so that it can be gone on with as with any execution that has lost its process. The same replay
 * under the same id is written once.
 */
export async function writeReplay(context: EngineContext, source: Source, options: ReplayOptions): Promise<Head> {
  const { store, seal, world, owner } = context;
  const id = options.id ?? world.newId();
  const launch = await launchOf(source, options, id);
  const at = world.now();
  const { origin, input } = await originOf(context, source, options, at);
  const known = options.id === undefined ? undefined : await findWritten(context, id, origin);
  if (known?.head) return known.head;
  if (!known) {
    // Nobody holds it: the lease is over before it began.
    const epoch: Epoch = { epoch: 1, owner, until: 0, at, runtime: RUNTIME };
    const records: JournalRecord[] = [
      { head: { t: 'epoch', ...epoch } },
      { head: { t: 'origin', ...origin }, input },
      ...source.targets.flatMap((target) => overrideRecord(context, source, target) ?? []),
      ...(await takeOver({ ...source, anchor: source.anchor?.entry }, epoch)),
    ];
    await write(context, id, records);
  }
  for (const target of source.targets) await answer(context, id, target, at);
  await noteReplay(context, source.id, id, at);
  const head: Head = {
    ...newHead(context, id, known?.origin ?? origin),
    lease: undefined,
    launch: withoutSecrets(launch),
  };
  await writeHead(store, seal, head);
  return head;
}

/** In one segment, so that it is there whole or not at all. */
async function write(context: EngineContext, id: string, records: readonly JournalRecord[]): Promise<void> {
  const journal = new Journal(context, id, { epoch: 1, next: 0 });
  for (const record of records) journal.note(record);
  try {
    await journal.flush();
  } catch (error) {
    throw FencedError.isInstance(error) ? taken(id) : error;
  }
}

/** The same replay, where it was written already; a crash may have come before its head. */
async function findWritten(
  context: EngineContext,
  id: string,
  { replay }: Origin,
): Promise<{ origin: Origin; head: Head | undefined } | undefined> {
  const { store, seal } = context;
  const head = await readHead(store, seal, id);
  const view = await JournalView.open(store, seal, id, head?.segments);
  if (view.segments === 0) return undefined;
  const { origin } = findOrigin(view);
  if (origin.replay?.request !== replay?.request) throw taken(id);
  return { origin, head };
}

function taken(id: string): StateError {
  return new StateError(`There is an execution '${id}' already, and it is not this replay. Choose another id.`);
}

async function originOf(
  { redact }: EngineContext,
  { id: of, origin, input: recorded, view, anchor, targets, cut, reuse }: Source,
  options: ReplayOptions,
  at: number,
): Promise<{ origin: Origin; input: string }> {
  const { parent: _parent, ...rest } = origin;
  const isChanged = 'input' in options;
  const given = isChanged && isProcess(origin.flow) ? maskArguments(options.input as string[]) : options.input;
  const info: RedactInfo = { part: 'input', kind: 'execution', name: origin.flow };
  const input = isChanged
    ? encode(redact ? redactValue(redact, given, info) : given, 'input')
    : recorded === undefined
      ? encode(undefined, 'input')
      : await view.text(recorded);
  const changed = isChanged ? { digest: canonicalDigest(input) } : {};
  const overrides = targets.map(({ call, override }) => [call.id, wordsOf(override)]);
  const replay = {
    of,
    ...(anchor ? { from: anchor.id } : {}),
    before: cut.before,
    changes: isChanged || reuse === 'unchanged',
    request: digest([of, anchor?.id, reuse, isChanged && input, overrides], 'overrides'),
  };
  return { origin: { ...rest, ...changed, at, replay }, input };
}

// An error's stack is another one each time.
function wordsOf(override: Override): unknown {
  if (!('error' in override)) return override;
  const { name, message } = asError(override.error);
  return { error: [name, message] };
}

/** How the process is started that runs the replay. What a process is started with is its input. */
async function launchOf(source: Source, options: ReplayOptions, id: string): Promise<Head['launch']> {
  const { launch, flow } = source.head;
  const { process: _old, ...kept } = launch;
  if (!isProcess(flow)) return kept;
  if (!('input' in options)) return { ...kept, process: id };
  const { command } = kept;
  const { input } = options;
  if (!Array.isArray(input) || input.some((argument) => typeof argument !== 'string')) {
    throw new UsageError("The input of a process is the array of its arguments, such as ['otters', '--long'].");
  }
  const recorded = await source.view.load(source.input);
  const given = Array.isArray(recorded) ? recorded : [];
  const program = command.slice(0, command.length - given.length);
  if (given.some((argument, i) => argument !== command[program.length + i])) {
    throw new UsageError(
      `The arguments of execution ${source.id} are not at the end of its command: ${maskArguments(command).join(' ')}`,
    );
  }
  return { ...kept, command: [...program, ...input], process: id };
}

/** Whether this is what the executions of whole processes are called. */
export function isProcess(flow: string): boolean {
  return flow.startsWith('process ');
}

const SOLE = { sole: true } as const;

function overrideRecord(
  { redact }: EngineContext,
  { calls }: Source,
  { call, override }: Target,
): JournalRecord | undefined {
  if ('answer' in override) return undefined;
  const { id, entry } = call;
  const { kind, name } = entry.start;
  const namesakes = [...calls.values()].filter(({ entry: { start } }) => start.kind === kind && start.name === name);
  const base = { t: 'override', id, kind, name, ...(namesakes.length === 1 ? SOLE : {}) } as const;
  const stored = (value: unknown, part: RedactInfo['part']) =>
    redact ? redactValue(redact, value, { part, kind, name }) : value;
  if ('output' in override) {
    const isStream = entry.end?.stream === true && Array.isArray(override.output);
    const value = encode(stored(override.output, 'output'), 'output');
    return { head: { ...base, what: 'output', ...(isStream ? { stream: true } : {}) }, value };
  }
  if ('error' in override) {
    return { head: { ...base, what: 'error' }, value: errorText(stored(asError(override.error), 'error')) };
  }
  const { model } = override;
  const isInput = 'input' in override;
  const what: OverrideKind = isInput ? (model === undefined ? 'input' : 'input, model') : 'model';
  return {
    head: { ...base, what, ...(model === undefined ? {} : { model }) },
    ...(isInput ? { input: encode(stored(override.input, 'input'), 'input') } : {}),
  };
}

function asError(error: Extract<Override, { error: unknown }>['error']): Error {
  if (error instanceof Error) return error;
  if (typeof error === 'string') return new Error(error);
  return Object.assign(new Error(error.message), error.name === undefined ? {} : { name: error.name });
}

// As anybody's answer that comes before it is asked for: it is checked, and taken, when the wait is there.
async function answer(
  { store, seal }: EngineContext,
  id: string,
  { call, override }: Target,
  at: number,
): Promise<void> {
  if (!('answer' in override)) return;
  const key = keys.answer(id, call.entry.start.wait?.as ?? call.entry.start.name, 1);
  const value = encode(override.answer, 'answer');
  const letter: AnswerLetter = { v: 1, rejected: false, value, by: override.by ?? 'replay', at };
  await store.set(key, seal.close(key, JSON.stringify(letter)));
}
