import { AsyncLocalStorage } from 'node:async_hooks';

/** How a call ended, kept so that each reader gets a value of its own. */
export type Outcome =
  | { readonly ok: true; readonly read: () => unknown }
  | { readonly ok: false; readonly error: unknown };

/**
 * What a graph, a task or a tool call is while it runs in this process. LangGraph runs a node again from its start when
 * its question is answered; what its calls had brought the time before is kept here, and not asked for again.
 */
export class Frame {
  readonly parent: Frame | undefined;
  /** The namespace of the LangGraph task, where this is one. */
  readonly namespace: string | undefined;
  /** How often each task of a graph was tried. */
  readonly tries: Map<string, number> = new Map();
  /** Model calls that were made, and those that were served, in here. */
  made = 0;
  served = 0;
  #former = new Map<string, Outcome[]>();
  #outcomes = new Map<string, Outcome[]>();

  constructor(parent: Frame | undefined, namespace?: string) {
    this.parent = parent;
    this.namespace = namespace;
  }

  /** The code in here runs again from its start. */
  again(): void {
    for (const [key, outcomes] of this.#outcomes) {
      this.#former.set(key, [...outcomes, ...(this.#former.get(key) ?? [])]);
    }
    this.#outcomes = new Map();
  }

  keep(key: string, outcome: Outcome): void {
    for (let frame: Frame | undefined = this; frame; frame = frame.parent) add(frame.#outcomes, key, outcome);
  }

  /** What a call like this had brought before the code here, or around here, began again. */
  take(key: string): Outcome | undefined {
    for (let frame: Frame | undefined = this; frame; frame = frame.parent) {
      const outcome = frame.#former.get(key)?.shift();
      if (outcome) return outcome;
    }
    return undefined;
  }

  count(what: 'made' | 'served'): void {
    for (let frame: Frame | undefined = this; frame; frame = frame.parent) frame[what] += 1;
  }
}

/** The frame of the running code. */
export const frames: AsyncLocalStorage<Frame> = new AsyncLocalStorage();

function add(map: Map<string, Outcome[]>, key: string, outcome: Outcome): void {
  const outcomes = map.get(key);
  if (outcomes) outcomes.push(outcome);
  else map.set(key, [outcome]);
}
