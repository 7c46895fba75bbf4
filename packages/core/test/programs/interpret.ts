import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { call as callOnce, callStream, scope } from '../../src/adapter.ts';
import {
  checkpoint,
  current,
  type Flow,
  type FlowOptions,
  now,
  type Reprise,
  random,
  uuid,
  wait,
} from '../../src/index.ts';
import { type Labelled, type Part, some } from './program.ts';

/** A body that runs: where its call stands, which the engine does not know, and what the engine calls it. */
export interface RunBody {
  readonly at: string;
  readonly label: string;
  readonly attempt: number;
  readonly execution: string;
  readonly id: string;
  readonly isModel: boolean;
}

/** What a model call costs, in nano-dollars: nothing but where it stands decides. */
export function priceAt(at: string): number {
  return 1 + Number.parseInt(short(at).slice(0, 6), 16);
}

/** What the provider says that was used. */
const usageAt = (at: string) => ({
  model: short(at),
  prompt_tokens: 1,
  completion_tokens: 1,
  cost: priceAt(at) / 1e9,
});

/** What a call's body made, as its value tells. */
export interface Made {
  readonly name: string;
  readonly input: string;
  readonly at: string;
}

/** A call of the program. */
export interface Placed extends Made {
  readonly label: string;
  readonly hasInside: boolean;
}

/** What the program meets outside of itself, in one process. */
export interface Outside {
  /** Takes a time of its own. */
  pause(how: 'timer' | 'microtasks'): Promise<void>;
  /** Work in a body. It does not come back when the process has ended. */
  work(): Promise<void>;
  bodyRuns(body: RunBody): void;
  /** A model has answered, and is to be paid for it. */
  answered?(body: RunBody): void;
  /** The program was handed an outcome by the call that stands here. */
  handed(call: Placed, outcome: string, ok: boolean): void;
  drawn(at: string, what: string, value: unknown): void;
}

const standing = new AsyncLocalStorage<string>();

function short(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}

const toText = ({ name, input, at }: Made) => `${name}(${input})@${at}!`;

/** What a value, or the message of a failure, tells of the call that it is of. */
export function madeBy(outcome: string): Made | undefined {
  const [, name, input, at] = /^([^(]+)\(([^)]*)\)@([^!]*)!/.exec(outcome) ?? [];
  return name === undefined ? undefined : { name, input: input as string, at: at as string };
}

/** Defines the flow of a program, and those inside of it. */
export function defineProgram(
  reprise: Reprise,
  program: Labelled,
  outside: Outside,
  options: FlowOptions = {},
): Flow<string, string> {
  const flows = new Map<string, Flow<string, string>>();
  some(program, (inner) => {
    const part = inner as Labelled;
    const { label } = part;
    if (part.is !== 'call' || part.kind !== 'flow') return false;
    const body = async (given: string) => {
      const at = standing.getStore() as string;
      return `${toText({ name: flowName(part), input: short([given]), at })}${await run(part.inside as Labelled, given, `${at}:`)}`;
    };
    flows.set(label, reprise.flow(flowName(part), body, options));
    return false;
  });

  async function run(part: Labelled, given: string, way: string): Promise<string> {
    const at = `${way}${part.label}`;
    const inner = (what: Part, with_ = given, along = way) => run(what as Labelled, with_, along);
    switch (part.is) {
      case 'call':
        return checked(part, given, at);
      case 'wait': {
        const call = { name: 'wait', input: '', at, label: part.label, hasInside: false };
        return hand(call, wait<string>('wait', { question: toText(call) }));
      }
      case 'row': {
        let last = given;
        for (const step of part.parts) last = await inner(step, last);
        return last;
      }
      case 'all':
        return short(await Promise.all(part.parts.map((one) => inner(one))));
      case 'allSettled': {
        const all = await Promise.allSettled(part.parts.map((one) => inner(one)));
        return short(all.map((one) => (one.status === 'fulfilled' ? one.value : 'failed')));
      }
      case 'race':
        return Promise.race(part.parts.map((one) => inner(one)));
      case 'any':
        return Promise.any(part.parts.map((one) => inner(one)));
      case 'loop': {
        let last = given;
        for (let i = 0; i < part.times; i++) last = await inner(part.part, last, `${at}[${i}]`);
        return last;
      }
      case 'guarded':
        return inner(part.part).catch(() => 'caught');
      case 'late':
        await outside.pause(part.pause);
        return inner(part.part);
      case 'drawn': {
        const value = { now, random, uuid }[part.what]();
        outside.drawn(at, part.what, value);
        return inner(part.part, short([given, value]));
      }
      case 'scope':
        return scope('part', undefined, () => inner(part.part));
    }
  }

  function checked(part: Labelled & { is: 'call' }, given: string, at: string): Promise<string> {
    const { label, input, kind } = part;
    const args = input === 'none' ? [] : [input === 'given' ? given : 'same'];
    const name = kind === 'flow' ? flowName(part) : part.name;
    const call = {
      name,
      input: short(kind === 'flow' ? [args[0] ?? ''] : args),
      at,
      label,
      hasInside: part.inside !== undefined,
    };
    return hand(
      call,
      standing.run(at, () => begin(part, call, args)),
    );
  }

  /** Must make the call in the caller's own synchronous code. */
  function begin(part: Labelled & { is: 'call' }, call: Placed, args: string[]): Promise<string> {
    const { label, kind, inside, failures, attempts } = part;
    const { name, at } = call;
    if (kind === 'flow') return (flows.get(label) as Flow<string, string>)(args[0] ?? '');
    if (kind === 'stream') {
      async function* chunks({ id, attempt }: { id: string; attempt: number }) {
        const body = { at, label, attempt, execution: current().execution.id, id, isModel: true };
        outside.bodyRuns(body);
        await outside.work();
        yield `${toText(call).slice(0, 3)}`;
        await outside.work();
        if (failures > 0) throw new Error(`${toText(call)} failed`);
        outside.answered?.(body);
        yield toText(call).slice(3);
      }
      return textOf(callStream({ kind: 'llm', name, input: args, run: chunks, usage: () => usageAt(at) }));
    }
    const retry = { attempts, backoff: 1, jitter: 0 };
    if (kind === 'model') {
      const ask = async ({ id, attempt }: { id: string; attempt: number }) => {
        const body = { at, label, attempt, execution: current().execution.id, id, isModel: true };
        outside.bodyRuns(body);
        await outside.work();
        const found = inside ? await run(inside as Labelled, toText(call), `${at}~${attempt}:`) : '';
        await outside.work();
        if (attempt <= failures) throw new Error(`${toText(call)} failed`);
        outside.answered?.(body);
        return toText(call) + found;
      };
      return callOnce({ kind: 'llm', name, input: args, run: ask, usage: () => usageAt(at), retry });
    }
    const step = checkpoint(
      name,
      async (..._args: string[]) => {
        const { execution, call: { id = '', attempt = 0 } = {} } = current();
        outside.bodyRuns({ at, label, attempt, execution: execution.id, id, isModel: false });
        await outside.work();
        const found = inside ? await run(inside as Labelled, toText(call), `${at}~${attempt}:`) : '';
        await outside.work();
        if (attempt <= failures) throw new Error(`${toText(call)} failed`);
        return toText(call) + found;
      },
      { retry },
    );
    return step(...args);
  }

  async function hand(call: Placed, outcome: Promise<string>): Promise<string> {
    try {
      const value = await outcome;
      outside.handed(call, value, true);
      return value;
    } catch (error) {
      outside.handed(call, errorText(error), false);
      throw error;
    }
  }

  return reprise.flow('program', async (given: string) => run(program, given, ''), options);
}

/** Of several failures, the first one's. */
export function errorText(error: unknown): string {
  const { errors } = error as { errors?: unknown[] };
  return errors?.length ? errorText(errors[0]) : error instanceof Error ? error.message : String(error);
}

function flowName({ label }: Labelled): string {
  return `flow ${label}`;
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}
