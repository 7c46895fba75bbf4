import type { Relay } from './streams.ts';

/** The ways to call an agent. */
export type Method = 'invoke' | 'stream' | 'streamEvents';

/** What `durable` needs to call. */
export type Target = Readonly<Record<Method, (...args: unknown[]) => unknown>>;

/** A call of an agent. */
export interface Request {
  readonly method: Method;
  readonly input: unknown;
  readonly config: unknown;
  readonly rest: readonly unknown[];
}

/** Told what the caller gets as soon as there is something: a result, or a stream that goes on. */
export type Give = (value: unknown, relay?: Relay) => void;
