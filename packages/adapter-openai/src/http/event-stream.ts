import { isJson } from './json.ts';

/** A block of an event stream, with the empty line that ends it, and what stands in it. */
export interface Block {
  readonly text: string;
  /** The parsed data; `undefined` where it is none, or no JSON. */
  readonly data: Record<string, unknown> | undefined;
  /** With this block the answer is over: it is complete, or it has failed. */
  readonly end: 'complete' | 'failed' | undefined;
}

/** The blocks of an event stream, as they come. */
export async function* blocksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Block> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    for (let end = endOf(rest); end !== -1; end = endOf(rest)) {
      yield blockOf(rest.slice(0, end));
      rest = rest.slice(end);
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield blockOf(rest);
}

function endOf(text: string): number {
  const found = /\r?\n\r?\n/.exec(text);
  return found ? found.index + found[0].length : -1;
}

export function blockOf(text: string): Block {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  const data = lines.map((line) => line.slice(5).trimStart()).join('\n');
  if (data === '[DONE]') return { text, data: undefined, end: 'complete' };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { text, data: undefined, end: undefined };
  }
  return isJson(value) ? { text, data: value, end: endIn(value) } : { text, data: undefined, end: undefined };
}

function endIn({ type, error }: Record<string, unknown>): Block['end'] {
  if (typeof type !== 'string') return error ? 'failed' : undefined;
  if (/^response\.(completed|incomplete)$/.test(type)) return 'complete';
  if (/^(response\.failed|error)$/.test(type)) return 'failed';
  return /^(transcript\.text|speech\.audio|image_generation|image_edit)\.(done|completed)$/.test(type)
    ? 'complete'
    : undefined;
}

/** Some servers end a chat without `[DONE]`: each choice has said why it ended. */
export function isFinished({ data }: Block): boolean {
  const choices = data?.choices;
  return Array.isArray(choices) && choices.some((choice) => isJson(choice) && choice.finish_reason);
}
