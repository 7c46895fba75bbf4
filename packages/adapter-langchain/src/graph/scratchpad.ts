import { hash } from 'node:crypto';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';
import type { TaskConfig } from './task-config.ts';

/** LangGraph's notes on one run of a task. */
interface Scratchpad {
  callCounter: number;
  interruptCounter: number;
  subgraphCounter: number;
  resume: unknown[];
  readonly currentTaskInput?: unknown;
  nullResume?: unknown;
  consumeNullResume(): unknown;
}

const PAD = '__pregel_scratchpad';
const RESUMING = '__pregel_resuming';

/** The config of a task that is run again from its start, now that more of its questions are answered. */
export function afresh<C extends TaskConfig>(config: C, answers: readonly unknown[]): C {
  const pad = config.configurable?.[PAD] as Scratchpad | undefined;
  if (!pad) return config;
  const given = [...pad.resume, ...answers];
  return patched(config, newPad(pad, 0, given), { [RESUMING]: true });
}

/**
 * LangGraph numbers the questions and subgraphs of a task in the order in which its tools come to them, so a tool whose
 * result is served would shift the numbers of the others, and one would get what is another's. In an execution each
 * tool call counts for itself.
 */
export function withPad<C extends TaskConfig, T>(
  id: string | undefined,
  config: C | undefined,
  answers: readonly unknown[],
  run: (config: C | undefined) => T,
): T {
  const ambient = AsyncLocalStorageProviderSingleton.getRunnableConfig() as C | undefined;
  const around = (config?.configurable?.[PAD] ? config : ambient) ?? config;
  const pad = around?.configurable?.[PAD] as Scratchpad | undefined;
  if (!pad || !around) return run(config);
  const first = isShared(around) && id !== undefined ? numberOf(id) : 0;
  const own = newPad(pad, first, [...answers]);
  const resuming = answers.length > 0 ? { [RESUMING]: true } : {};
  const inner = ambient && patched(ambient, own, resuming);
  return AsyncLocalStorageProviderSingleton.runWithConfig(
    inner,
    () => run(config && patched(config, own, resuming)),
    true,
  );
}

/** What the task was given that the code runs in: of a graph, its state. */
export function taskInput(config: TaskConfig | undefined): unknown {
  const around = config?.configurable?.[PAD] ? config : AsyncLocalStorageProviderSingleton.getRunnableConfig();
  return ((around as TaskConfig | undefined)?.configurable?.[PAD] as Scratchpad | undefined)?.currentTaskInput;
}

// Of several tool calls in one task, as in createReactAgent.
function isShared({ metadata }: TaskConfig): boolean {
  return (metadata?.langgraph_path as readonly unknown[] | undefined)?.[0] === '__pregel_pull';
}

function numberOf(id: string): number {
  return 1 + (Number.parseInt(hash('sha256', id, 'hex').slice(0, 10), 16) % 2 ** 40) * 100;
}

function newPad(pad: Scratchpad, subgraphs: number, resume: unknown[]): Scratchpad {
  const { nullResume: _, ...rest } = pad;
  return {
    ...rest,
    callCounter: 0,
    interruptCounter: -1,
    subgraphCounter: subgraphs,
    resume,
    consumeNullResume: () => undefined,
  };
}

function patched<C extends TaskConfig>(config: C, pad: Scratchpad, more: Record<string, unknown>): C {
  return { ...config, configurable: { ...config.configurable, [PAD]: pad, ...more } };
}
