import { UsageError } from '../../errors/index.ts';
import { show } from '../../flow/duration.ts';
import { anything, type Check, checkOptions, isName, isText, oneOf } from '../../flow/options.ts';

/**
 * What is different about a call: its outcome, so that it is not made; the answer of a wait; or what it is made with.
 */
export type Override =
  /** In the form in which `executions.get` shows it. Of what was a stream, a value or an array of chunks. */
  | { readonly output: unknown }
  | { readonly error: Error | string | { readonly name?: string; readonly message: string } }
  /** Of a wait. It must fit as any other answer. `by`: @default 'replay' */
  | { readonly answer: unknown; readonly by?: string }
  /** `input`: of a checkpoint, the array of its arguments. `model`: of a model call. */
  | { readonly input: unknown; readonly model?: string }
  | { readonly input?: unknown; readonly model: string };

/** What a replay keeps, and what it changes. */
export interface ReplayOptions {
  /**
   * The call from which it is played again, itself included: its path (`plan/research#2`), its name where it is the
   * only one of it (else `name#2`), or its id.
   * @default the first overridden call; where there is none, the beginning
   */
  readonly from?: string;
  /** Another input of the flow. Of a whole process: its arguments. @default the recorded one */
  readonly input?: unknown;
  /** What is different, by selectors as those of `from`. */
  readonly overrides?: Readonly<Record<string, Override>>;
  /**
   * `before`: what had ended before `from` began is kept, and all else is made again. `unchanged`: of what came
   * later, the calls are kept, too, whose input turns out the same.
   * @default 'before'
   */
  readonly reuse?: 'before' | 'unchanged';
  /** The new execution's id. @default a new one */
  readonly id?: string;
}

const CHECKS: Record<string, Check> = {
  from: isText,
  input: anything,
  overrides: (value) => (typeof value === 'object' && !Array.isArray(value)) || 'an object, by selector',
  reuse: oneOf('before', 'unchanged'),
  id: isName,
};
const WAYS = ['output', 'error', 'answer', 'by', 'input', 'model'];
const COMBINATIONS = ['output', 'error', 'answer', 'answer, by', 'input', 'model', 'input, model'];

export function checkReplayOptions(options: unknown, what: string): void {
  checkOptions(options, what, CHECKS);
  const { overrides = {} } = (options ?? {}) as ReplayOptions;
  for (const [selector, override] of Object.entries(overrides)) checkOverride(selector, override);
}

function checkOverride(selector: string, override: unknown): void {
  const problem = problemOf(override);
  if (problem === undefined) return;
  throw new UsageError(
    `The override of '${selector}' ${problem}. It is one of { output }, { error }, { answer, by? }, { input?, model? }.`,
  );
}

function problemOf(override: unknown): string | undefined {
  if (typeof override !== 'object' || override === null || Array.isArray(override)) {
    return `must be an object; it was ${show(override)}`;
  }
  const ways = Object.keys(override);
  const unknown = ways.find((way) => !WAYS.includes(way));
  if (unknown !== undefined) return `has no '${unknown}'`;
  if (ways.length === 0) return 'says nothing';
  const kind = ways.sort().join(', ');
  if (!COMBINATIONS.includes(kind)) return `cannot be ${ways.join(' and ')} at once`;
  const { model, error, by } = override as Record<string, unknown>;
  if ('model' in override && isText(model) !== true) return `has a model that is no name: ${show(model)}`;
  if ('by' in override && isText(by) !== true) return `has a 'by' that is no name: ${show(by)}`;
  if ('error' in override && !isError(error)) {
    return 'has an error that is neither an Error, nor a text, nor { name?, message }';
  }
  return undefined;
}

function isError(error: unknown): boolean {
  if (typeof error === 'string' || error instanceof Error) return true;
  return typeof error === 'object' && error !== null && typeof (error as { message?: unknown }).message === 'string';
}
