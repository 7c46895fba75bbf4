import { UsageError } from '@reprise/core';
import { call } from '@reprise/core/adapter';
import { isDurable, mark } from '../tool/marks.ts';

/**
 * `@openai/agents` sends its model requests through the client; its tools it calls itself. It says so right before, in
 * the same run of synchronous code: then the tool's `invoke` is put in place for this one call, and taken back at once.
 * Tools that are copies would be strangers to it, for it knows them by identity.
 */
interface Emitter {
  on(event: 'agent_tool_start', listener: never): unknown;
}

type Invoke = (context: unknown, input: string, details?: unknown) => unknown;

interface FunctionTool {
  readonly type: string;
  readonly name: string;
  invoke: Invoke;
}

interface AgentLike extends Emitter {
  readonly handoffs?: readonly unknown[];
}

const DURABLE = Symbol.for('reprise.openai.agents');

/** Makes the tools of every agent that this runner runs durable: local ones, those of MCP servers, and other agents. */
export function durableRunner<R extends Emitter>(runner: R): R {
  if (typeof runner?.on !== 'function') {
    throw new UsageError('durableRunner() takes a Runner of "@openai/agents", as in durableRunner(new Runner()).');
  }
  return listen(runner, (_context, _agent, tool) => swap(tool));
}

/** Makes the tools of this agent, and of those that it hands over to, durable, for `run(agent, …)` without a runner. */
export function durableAgent<A extends AgentLike>(agent: A): A {
  if (typeof agent?.on !== 'function') {
    throw new UsageError('durableAgent() takes an Agent of "@openai/agents", as in durableAgent(new Agent({ … })).');
  }
  const open: AgentLike[] = [agent];
  const seen = new Set(open);
  for (let next = open.pop(); next; next = open.pop()) {
    listen(next, (_context, tool) => swap(tool));
    for (const handoff of next.handoffs ?? []) {
      const other = ((handoff as { agent?: unknown }).agent ?? handoff) as AgentLike;
      if (seen.has(other) || typeof other.on !== 'function') continue;
      seen.add(other);
      open.push(other);
    }
  }
  return agent;
}

function listen<E extends Emitter>(emitter: E, listener: (...args: unknown[]) => void): E {
  if (DURABLE in emitter) return emitter;
  Object.defineProperty(emitter, DURABLE, { value: true });
  emitter.on('agent_tool_start', listener as never);
  return emitter;
}

function swap(given: unknown): void {
  const tool = given as FunctionTool;
  if (tool?.type !== 'function' || typeof tool.invoke !== 'function' || isDurable(tool.invoke)) return;
  const { invoke, name } = tool;
  const back = Object.getOwnPropertyDescriptor(tool, 'invoke');
  const value: Invoke = (context, input, details) => {
    if (back) Object.defineProperty(tool, 'invoke', back);
    else Reflect.deleteProperty(tool, 'invoke');
    return call({ kind: 'tool', name, input: parsed(input), run: () => invoke.call(tool, context, input, details) });
  };
  Object.defineProperty(tool, 'invoke', { value: mark(value as never), configurable: true, writable: true });
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
