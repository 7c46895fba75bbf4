import { createHash } from 'node:crypto';
import { uuid } from '@reprise/core';
import { durableSetting } from './models.ts';
import type { Outside } from './outside.ts';
import { durableTools } from './tools.ts';

/** What an agent of the SDK is made of, and what `generateText` and its siblings take. */
export interface Settings {
  readonly model?: unknown;
  readonly tools?: object;
  readonly prepareStep?: Prepare;
  readonly prepareCall?: Prepare;
  readonly _internal?: object;
  readonly [setting: string]: unknown;
}

type Prepare = (options: unknown) => unknown;

/** Settings whose model and tools are durable, and whose ids are the same each time. Must run within an execution. */
export function bound<S extends Settings>(settings: S, outside?: Outside): S {
  const generateId = sameIds(uuid());
  const { prepareCall, prepareStep, _internal } = settings;
  const around = (prepare: Prepare | undefined) =>
    prepare && (async (options: unknown) => parts(await prepare.call(settings, options), outside));
  return {
    ...parts(settings, outside),
    ...(prepareCall ? { prepareCall: around(prepareCall) } : {}),
    ...(prepareStep ? { prepareStep: around(prepareStep) } : {}),
    _internal: { generateCallId: generateId, ..._internal, generateId },
  };
}

// A step or a call may be prepared with another model, or with other tools.
function parts<T>(settings: T, outside: Outside | undefined): T {
  if (typeof settings !== 'object' || settings === null) return settings;
  const { model, tools } = settings as Settings;
  const durable = {
    ...(model === undefined ? {} : { model: durableSetting(model) as object }),
    ...(tools === undefined ? {} : { tools: durableTools(tools) }),
  };
  if (outside && durable.model) durable.model = outside.model(durable.model);
  if (outside && durable.tools) durable.tools = outside.tools(durable.tools);
  return { ...settings, ...durable };
}

function sameIds(seed: string): () => string {
  let count = 0;
  return () => createHash('sha256').update(`${seed} ${count++}`).digest('base64url').slice(0, 24);
}
