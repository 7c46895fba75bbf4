import type { Answer, Part } from './answers.ts';
import type { CallOptions, Model } from './request.ts';

/** A language model of the AI SDK: its call in one piece, and as a stream. */
export interface LanguageModel extends Model {
  doGenerate(options: CallOptions): PromiseLike<Answer>;
  doStream(options: CallOptions): PromiseLike<{ readonly stream: ReadableStream<Part>; readonly response?: unknown }>;
}
