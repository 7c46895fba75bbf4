import { callStream, isInExecution } from '@reprise/core/adapter';
import { type Answer, answerOf, type Part, slim } from '../model/answers.ts';
import { covered } from '../model/covered.ts';
import { shown, toItsFinish } from '../model/streams.ts';
import { askedOf, usageOf } from '../model/usage.ts';
import { recordInPlace } from '../tool/tool-call.ts';

/**
 * Version 7 of the SDK runs each model call through its telemetry integrations, and takes what they return. So an agent
 * that nobody has wrapped, called in a tool, is recorded as well. Outside of an execution this does nothing.
 */
export function spreadNet(): void {
  const shared = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: object[] };
  shared.AI_SDK_TELEMETRY_INTEGRATIONS ??= [];
  const integrations = shared.AI_SDK_TELEMETRY_INTEGRATIONS;
  // Another copy of this package may have done it.
  if (!integrations.some((integration) => NET in integration)) integrations.push(net);
}

const NET = Symbol.for('reprise.vercel-ai.net');

interface ModelCall {
  readonly callId: string;
  readonly provider?: string;
  readonly modelId?: string;
  readonly messages?: readonly { readonly role: string }[];
  execute(): PromiseLike<Whole | Streamed>;
}

type Whole = Answer & { readonly stream?: undefined };
type Streamed = { readonly stream: ReadableStream<Part>; readonly response?: unknown };

/** The parts of a stream, or an answer in one piece: which it is, the SDK does not say before. */
type Chunk = Part | { readonly type: 'whole'; readonly answer: Answer };

const isActive = () => covered.getStore() === undefined && isInExecution();

const net = {
  [NET]: true,

  /** What a tool returns cannot be put in its place by an integration: so the tool itself records it. */
  onStart({ tools }: { readonly tools?: Readonly<Record<string, object>> }): void {
    if (!tools || !isActive()) return;
    for (const [name, tool] of Object.entries(tools)) recordInPlace(name, tool, isActive);
  },

  async executeLanguageModelCall({ execute, callId: _, ...event }: ModelCall): Promise<Whole | Streamed> {
    // Without its input there is nothing to know a call by.
    if (!event.messages || !isActive()) return execute();
    const chunks = callStream<Chunk>({
      kind: 'llm',
      name: 'language-model',
      input: event,
      asks: askedOf(event),
      shape: event.messages.filter(({ role }) => role !== 'system'),
      run: () => covered.run('by the net', () => read(execute)),
      isTerminal: ({ type }) => type === 'finish' || type === 'whole',
      usage: (all) => usageOf(event, wholeOf(all)),
    })[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (!first.done && isWhole(first.value)) return first.value.answer as Whole;
    return { stream: shown(first as IteratorResult<Part>, chunks as AsyncIterator<Part>) };
  },
};

function isWhole(chunk: Chunk): chunk is Extract<Chunk, { answer: Answer }> {
  return chunk.type === 'whole';
}

function wholeOf(chunks: readonly Chunk[]): Answer {
  const [first] = chunks;
  return first && isWhole(first) ? first.answer : answerOf(chunks as readonly Part[]);
}

async function* read(execute: ModelCall['execute']): AsyncGenerator<Chunk> {
  const answer = await execute();
  if (answer.stream) yield* toItsFinish(answer.stream);
  else yield { type: 'whole', answer: slim(answer) };
}
