import { tool } from '@langchain/core/tools';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { type Flow, Reprise } from '@reprise/core';
import { z } from 'zod';
import { durable, KeyvSaver } from '../../src/index.ts';
import { type Script, ScriptedModel } from '../model.ts';
import type { Kind, Parts } from './kinds.ts';
import { type Mode, type Said, say } from './modes.ts';
import type { RememberedStore } from './writes.ts';

export const ID = 'swept';

/** For how long the core holds a call whose record depends on calls that may still come. */
const HOLD_MS = 2_000;

/** One process: it begins an execution, or goes on with it, on what the one before it has left behind. */
export class Life {
  /** What was paid for here, call by call. */
  readonly paid: string[] = [];
  /** How many calls were held until the time for that was over. */
  held = 0;
  readonly #reprise: Reprise;
  readonly #flow: Flow<undefined, Said>;

  constructor({ make, drifts = false }: Kind, mode: Mode, store: RememberedStore, paidBefore = 0) {
    this.#reprise = new Reprise({ store: store.driver, world: this.#world(drifts ? 20 : HOLD_MS) });
    const saver = mode.thread ? new KeyvSaver({ store: store.driver }) : undefined;
    const agent = durable(make(this.#parts(saver, paidBefore)) as never);
    this.#flow = this.#reprise.flow('kind', () => say(agent, mode));
  }

  async run(options: { retell?: boolean } = {}): Promise<Said> {
    const handle = await this.#flow.start(undefined, { id: ID, takeover: true, ...options });
    return handle.result();
  }

  close(): Promise<void> {
    return this.#reprise.close();
  }

  #parts(saver: BaseCheckpointSaver | undefined, paidBefore: number): Parts {
    const pay = (what: string) => this.paid.push(what);
    return {
      thread: saver ? { checkpointer: saver } : {},
      paidBefore,
      model: (script: Script) =>
        new ScriptedModel((messages, count) => {
          pay(`model: ${messages.at(-1)?.content}`);
          return script(messages, count);
        }),
      tool: (name, run = (query) => `${name} of ${query}`) =>
        tool(
          async ({ query }: { query: string }) => {
            pay(`${name}: ${query}`);
            await new Promise(setImmediate);
            return run(query);
          },
          { name, description: `Does ${name}.`, schema: z.object({ query: z.string() }) },
        ),
    };
  }

  #world(hold: number) {
    return {
      now: Date.now,
      setTimer: (callback: () => void, milliseconds: number, { unref = false } = {}) => {
        const isHold = milliseconds === HOLD_MS;
        const fire = () => {
          if (isHold) this.held++;
          callback();
        };
        const timer = setTimeout(fire, isHold ? hold : milliseconds);
        return unref ? timer.unref() : timer;
      },
      clearTimer: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
      newId: () => crypto.randomUUID(),
      host: 'sweep',
      pid: process.pid,
      isAlive: () => false,
    };
  }
}

/** How many of the calls that are paid for have an outcome there that counts. */
export async function finishedIn(store: RememberedStore): Promise<number> {
  const { executions } = new Reprise({ store: store.driver });
  const { journal } = await executions.get(ID);
  const paid = journal.filter(({ kind, name }) => kind === 'llm' || (kind === 'tool' && isPaid(name)));
  // A failure after which a model was asked was got over.
  const isOver = (at: number) => paid.slice(at + 1).some(({ kind }) => kind === 'llm');
  return paid.filter(({ status }, at) => status === 'completed' || (status === 'failed' && isOver(at))).length;
}

/** The tools that are made of other calls cost nothing by themselves. */
function isPaid(tool: string): boolean {
  return !['delegate', 'task', 'write_todos'].includes(tool) && !tool.startsWith('transfer_');
}
