import { UsageError } from '../errors/index.ts';
import { RETRY_CHECKS } from './checkpoint.ts';
import { show } from './duration.ts';
import { anything, type Check, checkFunction, checkName, checkOptions, isFlag, isFunction, oneOf } from './options.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
// There are servers, and so frameworks, that say null where they have none.
const isTextOrNone = (value: unknown) => value === undefined || value === null || typeof value === 'string';

const isCodec: Check = (value) =>
  (isObject(value) && typeof value.encode === 'function' && typeof value.decode === 'function') ||
  'an object with two functions, { encode, decode }';
const isAsked: Check = (value) =>
  (isObject(value) && isTextOrNone(value.provider) && isTextOrNone(value.model)) ||
  "an object of texts, such as { provider: 'openai', model: 'gpt-5' }";

const BOTH: Readonly<Record<string, Check>> = {
  // A wait and a child flow are the engine's own.
  kind: oneOf('llm', 'tool', 'checkpoint'),
  name: anything,
  input: anything,
  run: isFunction,
  digest: anything,
  shape: anything,
  asks: isAsked,
  codec: isCodec,
  usage: isFunction,
  change: isFunction,
  // An adapter may have one spec for both.
  isTerminal: isFunction,
  toChunks: isFunction,
  fromChunks: isFunction,
};
const CALL: Readonly<Record<string, Check>> = {
  ...BOTH,
  retry: (value) => isObject(value) || 'an object, such as { attempts: 3 }',
  timeout: (value) => (typeof value === 'number' && value > 0) || 'a number of milliseconds',
  effect: oneOf('once'),
};
const SCOPE: Readonly<Record<string, Check>> = {
  sequential: isFlag,
  stage: (value) => Number.isInteger(value) || 'a whole number',
  partial: isFlag,
};

/** Refuses what `call` cannot make: of an adapter without types, too, and before anything is recorded. */
export function checkCall(spec: unknown): void {
  const { what, retry } = check(spec, 'call', CALL);
  checkOptions(retry, `the retry policy of ${what}`, RETRY_CHECKS);
}

/** Refuses what `callStream` cannot make. */
export function checkStream(spec: unknown): void {
  check(spec, 'callStream', BOTH);
}

/** Refuses what is no scope. */
export function checkScope(name: unknown, key: unknown, body: unknown, options: unknown): void {
  checkName(name, "A scope's name");
  if (!isTextOrNone(key)) throw new UsageError(`The key of scope '${name}' must be a text; it was ${show(key)}.`);
  checkFunction(body, `The body of scope '${name}'`);
  checkOptions(options, `scope '${name}'`, SCOPE);
}

function check(spec: unknown, by: string, checks: Readonly<Record<string, Check>>) {
  if (!isObject(spec)) throw new UsageError(`${by}() takes { kind, name, input, run }; it was given ${show(spec)}.`);
  checkName(spec.name, "A call's name");
  const what = `${by} '${spec.name}'`;
  for (const key of ['kind', 'run']) {
    if (spec[key] === undefined) throw new UsageError(`${what} needs the option '${key}': ${needs[key]}.`);
  }
  checkOptions(spec, what, checks);
  return { what, retry: spec.retry };
}

const needs: Readonly<Record<string, string>> = {
  kind: "'llm', 'tool' or 'checkpoint'",
  run: 'the function that makes the request',
};
