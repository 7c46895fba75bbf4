import type { Block } from '../http/event-stream.ts';
import { isJson } from '../http/json.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { Piece } from './answers.ts';

const TELLS_USAGE = /(^|\.)openai\.(com|azure\.com)$/;

/** The request with the demand for usage, where the client has not made it and the host is known to take it. */
export function withUsage(
  { url, body }: Outgoing['request'],
  isWanted: boolean = TELLS_USAGE.test(url.hostname),
): string | undefined {
  if (!isWanted || !/\/chat\/completions$/.test(url.pathname) || !isJson(body)) return undefined;
  const options = isJson(body.stream_options) ? body.stream_options : {};
  if (options.include_usage !== undefined) return undefined;
  return JSON.stringify({ ...body, stream_options: { ...options, include_usage: true } });
}

/** A block as the client is to see it, which has not asked for its usage. */
export function withoutUsage({ text, data }: Block): Piece {
  if (!data || !('usage' in data)) return { text };
  if (Array.isArray(data.choices) && data.choices.length === 0) return { hidden: text };
  const { usage: _, ...rest } = data;
  return { text: `data: ${JSON.stringify(rest)}\n\n` };
}
