import type { AskedModel } from '@reprise/core/adapter';
import { isJson } from './identity.ts';
import type { Request } from './request.ts';
import type { Block } from './sse.ts';

/** What the provider says was used, in its own words, with the model that answered. */
export type Usage = Readonly<Record<string, unknown>>;

/** Who is asked, by the name that the usage is recorded under. */
export function askedOf({ body }: Request): AskedModel {
  return isJson(body) && typeof body.model === 'string' ? { model: body.model } : {};
}

/** Of a whole answer. */
export function usageOf(answer: unknown): Usage | undefined {
  if (!isJson(answer) || !isJson(answer.usage)) return undefined;
  return {
    ...(answer.model === undefined ? {} : { model: answer.model }),
    ...(typeof answer.service_tier === 'string' ? { service_tier: answer.service_tier } : {}),
    ...answer.usage,
  };
}

/** Of a stream: the last block that tells. */
export function usageOfBlocks(blocks: readonly Block[]): Usage | undefined {
  for (const { data } of [...blocks].reverse()) {
    const usage = usageOf(isJson(data?.response) ? data.response : data);
    if (usage) return usage;
  }
  return undefined;
}
