import type { AskedModel } from '@reprise/core/adapter';
import type { Block } from '../http/event-stream.ts';
import { isJson } from '../http/json.ts';
import type { Outgoing } from '../http/outgoing.ts';

/** What the provider says was used, in its own words, with who it is and the model that answered. */
export type Usage = Readonly<Record<string, unknown>>;

/** Who is asked, by the names that the usage is recorded under. */
export function askedOf({ request: { body }, provider }: Outgoing): AskedModel {
  return { provider, ...(isJson(body) && typeof body.model === 'string' ? { model: body.model } : {}) };
}

/** Of a whole answer. */
export function usageOf(provider: string, answer: unknown): Usage | undefined {
  if (!isJson(answer) || !isJson(answer.usage)) return undefined;
  return {
    provider,
    ...(answer.model === undefined ? {} : { model: answer.model }),
    ...(typeof answer.service_tier === 'string' ? { service_tier: answer.service_tier } : {}),
    ...answer.usage,
  };
}

/** Of a stream: the last block that tells. */
export function usageOfBlocks(provider: string, blocks: readonly Block[]): Usage | undefined {
  for (const { data } of [...blocks].reverse()) {
    const usage = usageOf(provider, isJson(data?.response) ? data.response : data);
    if (usage) return usage;
  }
  return undefined;
}
