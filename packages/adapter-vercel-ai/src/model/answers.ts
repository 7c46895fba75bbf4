import { isSecretHeader } from '@reprise/core/adapter';

/** What a language model answers in one piece. */
export interface Answer {
  readonly content: readonly Part[];
  readonly warnings?: unknown;
  readonly finishReason?: unknown;
  readonly usage?: unknown;
  readonly providerMetadata?: unknown;
  readonly response?: ResponseMetadata | undefined;
}

/** A part of an answer that comes piece by piece. */
export interface Part {
  readonly type: string;
  readonly id?: string;
  readonly delta?: string;
  readonly [field: string]: unknown;
}

interface ResponseMetadata {
  readonly id?: unknown;
  readonly modelId?: unknown;
  readonly timestamp?: unknown;
  readonly headers?: unknown;
}

type Block = { type: 'text' | 'reasoning'; text: string; providerMetadata?: unknown };

const ONLY_STREAMED = new Set([
  'tool-input-start',
  'tool-input-delta',
  'tool-input-end',
  'raw',
  'error',
  'stream-start',
  'response-metadata',
  'finish',
]);

/** The answer that was streamed, in one piece. */
export function answerOf(parts: readonly Part[]): Answer {
  const content: unknown[] = [];
  const open = new Map<string, Block>();
  for (const part of parts) {
    const [, type, phase] = /^(text|reasoning)-(start|delta|end)$/.exec(part.type) ?? [];
    if (!type) {
      if (!ONLY_STREAMED.has(part.type)) content.push(part);
      continue;
    }
    const key = `${type} ${part.id}`;
    let block = open.get(key);
    if (phase === 'start' || !block) {
      block = { type: type as Block['type'], text: '' };
      open.set(key, block);
      content.push(block);
    }
    block.text += part.delta ?? '';
    if (part.providerMetadata !== undefined) block.providerMetadata = part.providerMetadata;
  }
  const start = parts.find(({ type }) => type === 'stream-start');
  const finish = parts.find(({ type }) => type === 'finish');
  const metadata = parts.filter(({ type }) => type === 'response-metadata').map(({ type: _, ...rest }) => rest);
  return {
    content: content as Part[],
    warnings: start?.warnings ?? [],
    finishReason: finish?.finishReason,
    usage: finish?.usage,
    ...(finish?.providerMetadata === undefined ? {} : { providerMetadata: finish.providerMetadata }),
    response: Object.assign({}, ...metadata),
  };
}

/** The answer that came in one piece, as it would have been streamed. */
export function partsOf(answer: Answer): Part[] {
  const { id, modelId, timestamp } = answer.response ?? {};
  const metadata = [id, modelId, timestamp].some((field) => field !== undefined)
    ? [{ type: 'response-metadata', id, modelId, timestamp } as Part]
    : [];
  const { finishReason, usage, providerMetadata } = answer;
  return [
    { type: 'stream-start', warnings: answer.warnings ?? [] },
    ...metadata,
    ...answer.content.flatMap(streamed),
    { type: 'finish', finishReason, usage, ...(providerMetadata === undefined ? {} : { providerMetadata }) },
  ];
}

function streamed(part: Part, index: number): Part[] {
  const { type, text, providerMetadata } = part;
  if (type === 'text' || type === 'reasoning') {
    const block = { id: String(index), ...(providerMetadata === undefined ? {} : { providerMetadata }) };
    return [
      { type: `${type}-start`, ...block },
      ...(text ? [{ type: `${type}-delta`, id: block.id, delta: String(text) }] : []),
      { type: `${type}-end`, ...block },
    ];
  }
  if (type !== 'tool-call') return [part];
  const { toolCallId, toolName, input, providerExecuted, dynamic } = part;
  const id = String(toolCallId);
  return [
    { type: 'tool-input-start', id, toolName, ...given({ providerExecuted, dynamic }) },
    { type: 'tool-input-delta', id, delta: String(input) },
    { type: 'tool-input-end', id },
    part,
  ];
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** An answer as it is stored. */
// Bodies are large, and a provider may have put secrets of the request into them; headers set cookies.
export function slim<A extends { readonly response?: unknown }>(answer: A): A {
  const { request: _, response, ...rest } = answer as A & { request?: unknown };
  if (!response) return rest as unknown as A;
  const { body: __, headers, ...metadata } = response as { body?: unknown; headers?: object };
  const kept = Object.entries(headers ?? {}).filter(([name]) => !isSecretHeader(name));
  return { ...rest, response: headers ? { ...metadata, headers: Object.fromEntries(kept) } : metadata } as unknown as A;
}
