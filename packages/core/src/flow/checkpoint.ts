import { makeCall } from '../calls/call.ts';
import { UsageError } from '../errors/index.ts';
import type { RetryPolicy } from '../execution/spec.ts';
import { type Duration, milliseconds } from './duration.ts';
import { here, rejecting } from './here.ts';
import { isOff, plainCall } from './off.ts';
import {
  between,
  type Check,
  checkFunction,
  checkName,
  checkOptions,
  isFunction,
  oneOf,
  wholeFrom,
} from './options.ts';

/** How a checkpoint is made. */
export interface CheckpointOptions<Arguments extends unknown[] = never[]> {
  /** How it is tried again when it fails: a policy, or just the number of attempts. @default one attempt */
  readonly retry?: RetryPolicy | number;
  /** For one attempt. The attempt's `AbortSignal` is in `current().signal`. @default none */
  readonly timeout?: Duration;
  /**
   * `once`: an intent is stored first, and where a crash leaves it open whether the effect happened, it is not
   * repeated: a person is asked.
   */
  readonly effect?: 'once';
  /** What the call is recognised by, and shown as its input, in place of all its arguments. */
  readonly digest?: (...args: Arguments) => unknown;
}

const CHECKS: Record<string, Check> = {
  retry: (value) =>
    typeof value === 'number' ? wholeFrom(1)(value) : typeof value === 'object' || 'a number of attempts or a policy',
  timeout: (value) => milliseconds(value as Duration, "Option 'timeout'") > 0 || 'longer than nothing',
  effect: oneOf('once'),
  digest: isFunction,
};
export const RETRY_CHECKS: Readonly<Record<string, Check>> = {
  attempts: wholeFrom(1),
  backoff: between(0, Number.MAX_SAFE_INTEGER),
  factor: between(1, 100),
  maxBackoff: between(0, Number.MAX_SAFE_INTEGER),
  jitter: between(0, 1),
  retryOn: isFunction,
};

/** Makes a checkpoint of a function: called inside a flow, its outcome is recorded, and served from then on. */
export function checkpoint<Arguments extends unknown[], Result>(
  name: string,
  body: (...args: Arguments) => Promise<Result> | Result,
  options: CheckpointOptions<Arguments> = {},
): (...args: Arguments) => Promise<Awaited<Result>> {
  checkName(name, "A checkpoint's name");
  checkFunction(body, `The body of checkpoint '${name}'`);
  checkOptions(options, `checkpoint '${name}'`, CHECKS);
  const { effect, digest, timeout } = options;
  const retry = typeof options.retry === 'number' ? { attempts: options.retry } : options.retry;
  checkOptions(retry, `the retry policy of checkpoint '${name}'`, RETRY_CHECKS);
  const policy = {
    ...(retry ? { retry } : {}),
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout, "Option 'timeout'") }),
  };

  const request = (args: Arguments) => ({
    input: digest ? digest(...args) : args,
    run: async (): Promise<Awaited<Result>> => await body(...args),
  });

  return (...args) =>
    rejecting(() => {
      if (isOff())
        return plainCall<Awaited<Result>>({
          name,
          ...policy,
          run: async (): Promise<Awaited<Result>> => await body(...args),
        });
      return makeCall<Awaited<Result>>(here(`Checkpoint '${name}'`), {
        kind: 'checkpoint',
        name,
        ...request(args),
        change: ({ input, model }) => {
          if (model !== undefined) throw new UsageError('a checkpoint has no model');
          if (!Array.isArray(input?.value)) throw new UsageError("a checkpoint's input is the array of its arguments");
          return request(input.value as Arguments);
        },
        ...policy,
        ...(effect ? { effect } : {}),
      });
    });
}
