import { linkedSignal, scope, type ToolPolicies } from '@reprise/core/adapter';
import { covered } from '../model/covered.ts';
import { findGateway } from '../model/look-up.ts';
import { bound, type Settings } from './binding.ts';
import type { Method } from './invocations.ts';
import type { Outside } from './outside.ts';

/** An agent of the SDK; `settings` where it is of one of its own classes. */
export interface Agent {
  readonly id?: string;
  readonly tools?: object;
  readonly settings?: Settings;
  generate(options: never): unknown;
  stream(options: never): unknown;
}

/** Runs the agent with its parts bound, within an execution. The calls of its loop follow one another. */
export function runAgent(
  agent: Agent,
  name: string,
  policies: ToolPolicies | undefined,
  method: Method,
  asked: Readonly<Record<string, unknown>>,
  outside?: Outside,
): Promise<unknown> {
  const work = async () => {
    const { settings } = agent;
    if (typeof settings?.model === 'string') await findGateway();
    const inner = settings ? copyOf(agent, bound(settings, { policies, outside })) : agent;
    const given = method === 'stream' && outside ? stoppable(asked, outside) : asked;
    return covered.run(settings ? 'by models' : undefined, () => inner[method](given as never));
  };
  return scope(name, undefined, work, { sequential: true });
}

function stoppable(asked: Readonly<Record<string, unknown>>, { stop }: Outside): Readonly<Record<string, unknown>> {
  const { abortSignal } = asked as { abortSignal?: AbortSignal };
  return { ...asked, abortSignal: linkedSignal(abortSignal, stop.signal) };
}

function copyOf(agent: Agent, settings: Settings): Agent {
  const copy = Object.create(Object.getPrototypeOf(agent), Object.getOwnPropertyDescriptors(agent)) as Agent;
  return Object.defineProperty(copy, 'settings', { value: settings, configurable: true, enumerable: true });
}
