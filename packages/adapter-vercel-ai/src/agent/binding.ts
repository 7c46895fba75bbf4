import { createHash } from 'node:crypto';
import { uuid } from '@reprise/core';
import { scope, type ToolPolicies } from '@reprise/core/adapter';
import { uncovered } from '../model/covered.ts';
import { recordedSetting } from '../model/recorded-model.ts';
import { Approvals, type ToolApproval } from '../question/approvals.ts';
import { type KeyOf, keysOfCalls } from '../tool/keys.ts';
import { toolsOfLoop } from '../tool/tool-call.ts';
import type { Outside } from './outside.ts';

/** What an agent of the SDK is made of, and what `generateText` and its siblings take. */
export interface Settings {
  readonly model?: unknown;
  readonly tools?: object;
  readonly toolApproval?: ToolApproval;
  readonly _internal?: object;
  readonly [setting: string]: unknown;
}

/** What the parts are bound with. */
interface BindingOptions {
  readonly policies?: ToolPolicies | undefined;
  /** Of an agent that is an execution of its own. */
  readonly outside?: Outside | undefined;
  /** The SDK's function that takes the settings. @default 'generateText' */
  readonly operation?: string;
}

type Function = (options: unknown) => unknown;

/** They may call models themselves, and may give another model or other tools. */
const PREPARING = ['prepareCall', 'prepareStep'];
const ASKING = ['repairToolCall', 'experimental_repairToolCall'];

/** Settings whose model and tools are durable, and whose ids are the same each time. Must run within an execution. */
export function bound<S extends Settings>(settings: S, { policies, outside, operation }: BindingOptions = {}): S {
  const generateId = sameIds(uuid());
  const approvals = new Approvals(outside && ((ask) => outside.questions.approval(ask)));
  const keyOf = keysOfCalls();
  const around = (name: string, change: (given: unknown) => unknown) => {
    const own = settings[name] as Function | undefined;
    if (typeof own !== 'function') return {};
    const changed = async (options: unknown) =>
      change(await scope(name, undefined, () => uncovered(() => own.call(settings, options))));
    return { [name]: changed };
  };
  const parts = (given: unknown) => partsOf(given, approvals, keyOf, policies, outside, operation);
  return {
    ...(parts(settings) as S),
    ...Object.assign({}, ...PREPARING.map((name) => around(name, parts))),
    ...Object.assign({}, ...ASKING.map((name) => around(name, (given) => given))),
    _internal: { generateCallId: generateId, ...settings._internal, generateId },
  };
}

function partsOf(
  given: unknown,
  approvals: Approvals,
  keyOf: KeyOf,
  policies: ToolPolicies | undefined,
  outside: Outside | undefined,
  operation: string | undefined,
): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const settings = given as Settings;
  let { model, tools } = settings;
  const toolApproval = approvals.setting(settings.toolApproval, tools);
  if (tools) {
    tools = approvals.tools(toolsOfLoop(tools, policies, keyOf));
    if (outside) tools = outside.tools(tools);
  }
  if (model !== undefined) {
    model = approvals.model(recordedSetting(model, operation) as object);
    if (outside) model = outside.model(model as object);
  }
  return {
    ...settings,
    ...(model === undefined ? {} : { model }),
    ...(tools === undefined ? {} : { tools }),
    ...(toolApproval === undefined ? {} : { toolApproval }),
  };
}

function sameIds(seed: string): () => string {
  let count = 0;
  return () => createHash('sha256').update(`${seed} ${count++}`).digest('base64url').slice(0, 24);
}
