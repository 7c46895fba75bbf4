import { current } from '@reprise/core';
import type { Request, Target } from '../agent/request.ts';
import { lastBegun, noteBegun } from './begun.ts';
import { Arrivals, marking } from './marking.ts';
import { graphOf, type Saver, saverOf, type Tuple } from './saver.ts';

interface ThreadConfig {
  readonly configurable?: Readonly<Record<string, unknown>>;
  readonly durability?: unknown;
  readonly checkpointDuring?: unknown;
}

/** An agent, as its threads know it. */
export interface Agent {
  readonly target: Target;
  readonly name: string;
  /** An engine of one's own. */
  readonly reprise: object | undefined;
}

/** A thread that a graph keeps. */
export class Thread {
  readonly id: string;
  /** Whether its checkpoints are written while the graph runs, and not only at its end. */
  readonly isKeptUp: boolean;
  readonly saver: () => Promise<Saver>;
  readonly arrivals: Arrivals = new Arrivals();
  readonly #agent: Agent;
  readonly #config: ThreadConfig;

  constructor(id: unknown, saver: () => Promise<Saver>, agent: Agent, config: ThreadConfig) {
    this.id = id as string;
    this.saver = saver;
    this.isKeptUp = config.durability !== 'exit' && config.checkpointDuring !== false;
    this.#agent = agent;
    this.#config = config;
  }

  /**
   * The request as it is made now. A graph that keeps threads has put its state there when it was stopped: it goes on
   * from that state, and not from the input, which would be on the thread twice.
   */
  async prepare(request: Request): Promise<Request> {
    const { execution, call } = current();
    const owner = `${execution.id} ${call?.id}`;
    const saver = await this.saver();
    const head = await this.#head(saver);
    const isOurs = (await ownerOf(saver, head)) === owner;
    if (!isOurs && execution.flow === this.#agent.name) {
      const upon = head ? { upon: head.checkpoint.id } : {};
      await noteBegun(this.#agent.reprise, this.#agent.name, String(this.id), { execution: execution.id, ...upon });
    }
    const config = ownConfig(this.#config, marking(saver, owner, this.arrivals), isOurs);
    return { ...request, ...(isOurs ? { input: null } : {}), config };
  }

  /** The execution of this agent that the thread stands in, or stood in last. */
  async execution(): Promise<string | undefined> {
    const saver = await this.saver();
    const { reprise, name } = this.#agent;
    const [head, begun] = await Promise.all([this.#head(saver), lastBegun(reprise, name, String(this.id))]);
    const { checkpoint_id: from } = this.#config.configurable ?? {};
    if (from !== undefined && from !== head?.checkpoint.id) return undefined;
    // What somebody has changed the state to is no execution's.
    const marked = isEdited(head) ? undefined : executionIn(head?.metadata?.reprise);
    if (begun && (begun.execution === marked || begun.upon === head?.checkpoint.id)) return begun.execution;
    return marked;
  }

  /** Whether there is anything on the thread. */
  async isThere(): Promise<boolean> {
    return (await this.#head(await this.saver())) !== undefined;
  }

  /** The state as it is on the thread. */
  async state(): Promise<{ readonly values?: unknown; readonly next?: readonly string[] }> {
    const { getState } = this.#agent.target as { getState?: (config: unknown) => Promise<object> };
    const { checkpoint_id: _, ...configurable } = this.#config.configurable ?? {};
    const config = { configurable: { ...configurable, __pregel_checkpointer: await this.saver() } };
    return (await getState?.call(this.#agent.target, config)) ?? {};
  }

  /** The state that this execution has put on the thread, if it has. */
  async stateOf(execution: string): Promise<unknown> {
    const saver = await this.saver();
    const owner = await ownerOf(saver, await this.#head(saver));
    return executionIn(owner) === execution ? (await this.state()).values : undefined;
  }

  #head(saver: Saver): Promise<Tuple | undefined> {
    return saver.getTuple({ configurable: { thread_id: this.id, checkpoint_ns: '' } });
  }
}

/** The thread that a config names, where the agent keeps threads. */
export function threadOf(agent: Agent, given: unknown): Thread | undefined {
  const config = (given ?? {}) as ThreadConfig;
  const bound = graphOf(agent.target).config?.configurable;
  const { thread_id: id } = { ...bound, ...config.configurable };
  const saver = saverOf(agent.target, agent.reprise);
  return id === undefined || !saver ? undefined : new Thread(id, saver, agent, config);
}

/** Whose checkpoint it is, also where somebody has changed the state since. */
async function ownerOf(saver: Saver, head: Tuple | undefined): Promise<unknown> {
  let tuple = head;
  while (isEdited(tuple) && tuple?.parentConfig) tuple = await saver.getTuple(tuple.parentConfig);
  return tuple?.metadata?.reprise;
}

function isEdited(tuple: Tuple | undefined): boolean {
  const source = tuple?.metadata?.source;
  return source === 'update' || source === 'fork';
}

function executionIn(owner: unknown): string | undefined {
  return typeof owner === 'string' ? owner.slice(0, owner.lastIndexOf(' ')) : undefined;
}

function ownConfig(config: ThreadConfig, saver: Saver, isOurs: boolean): ThreadConfig {
  const { checkpoint_id: from, ...configurable } = config.configurable ?? {};
  const isChosen = config.durability !== undefined || config.checkpointDuring !== undefined;
  return {
    ...config,
    // The steps that are behind a graph are not told again, so they have to be there.
    ...(isChosen ? {} : { durability: 'sync' }),
    configurable: {
      ...configurable,
      ...(isOurs || from === undefined ? {} : { checkpoint_id: from }),
      __pregel_checkpointer: saver,
    },
  };
}
