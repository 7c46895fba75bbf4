import type { BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { type Codec, maskSettings } from '@reprise/core/adapter';
import { asChunk, type StoredMessage } from '../data/messages.ts';
import { values } from '../data/values.ts';
import type { InventedNames } from './invented-names.ts';

/** What a chat model answers in one piece. */
export interface Answer {
  readonly generations: readonly Generation[];
  readonly llmOutput?: unknown;
}

export interface Generation {
  readonly text: string;
  readonly message: BaseMessage;
  readonly generationInfo?: Record<string, unknown>;
}

/** An answer in one piece, as it is stored. */
export function answers(names: InventedNames): Codec<Answer> {
  return {
    encode: ({ generations, llmOutput }) =>
      names.stored({ generations: generations.map(encoded), llmOutput: plain(llmOutput) }),
    decode: (stored) => {
      const { generations, llmOutput } = names.revived(stored) as { generations: unknown[]; llmOutput?: unknown };
      return { generations: generations.map((one) => values.decode(one) as Generation), ...defined({ llmOutput }) };
    },
  };
}

/** A chunk of a streamed answer, as it is stored. */
export function answerChunks(names: InventedNames): Codec<ChatGenerationChunk> {
  return {
    encode: (chunk) => names.stored(encoded(chunk)),
    decode: (stored) => new ChatGenerationChunk(values.decode(names.revived(stored)) as never),
  };
}

/** The answer that was streamed, in one piece. */
export function joined(chunks: readonly ChatGenerationChunk[]): ChatGenerationChunk | undefined {
  return chunks.reduce<ChatGenerationChunk | undefined>((sum, chunk) => (sum ? sum.concat(chunk) : chunk), undefined);
}

/** The answer that came in one piece, as it would have been streamed. */
export function chunksOf({ generations: [first] }: Answer): ChatGenerationChunk[] {
  if (!first) return [];
  const { text, message, generationInfo } = first;
  return [new ChatGenerationChunk({ text, message: asChunk(message), ...defined({ generationInfo }) } as never)];
}

function encoded({ text, message, generationInfo }: Generation): unknown {
  const { fields, ...stored } = values.encode(message) as StoredMessage;
  const said = { ...fields, ...defined({ response_metadata: maskSettings(fields.response_metadata) }) };
  return { text, message: { ...stored, fields: said }, ...defined({ generationInfo: plain(generationInfo) }) };
}

// What a provider says besides may hold anything.
function plain(value: unknown): unknown {
  return value === undefined ? undefined : maskSettings(JSON.parse(JSON.stringify(value)));
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
