import { checkBudget } from '../cost/budget.ts';
import { UsageError } from '../errors/index.ts';
import { show } from './duration.ts';

const LONGEST_NAME = 200;

/** Refuses a name that is none. */
export function checkName(name: unknown, what: string): asserts name is string {
  const verdict = isName(name);
  if (verdict !== true) throw new UsageError(`${what} must be ${verdict}; it was ${show(name)}.`);
}

/** Refuses what cannot be an execution's id. Those of children are longer than those that one may choose. */
export function checkId(id: unknown): asserts id is string {
  if (isText(id) !== true)
    throw new UsageError(`An execution's id must be a string that is not empty; it was ${show(id)}.`);
}

/** Refuses what is no function. */
export function checkFunction(fn: unknown, what: string): void {
  if (typeof fn !== 'function') throw new UsageError(`${what} must be a function; it was ${show(fn)}.`);
}

/** Tells whether a value will do, or what is taken. */
export type Check = (value: unknown) => true | string;

/** Refuses options that are unknown or do not fit. A check gives `true`, or says what is taken. */
export function checkOptions(options: unknown, what: string, checks: Readonly<Record<string, Check>>): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new UsageError(`The options of ${what} must be an object; they were ${show(options)}.`);
  }
  for (const [key, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (!check) {
      throw new UsageError(`${what} has no option '${key}'. It takes: ${Object.keys(checks).join(', ') || 'none'}.`);
    }
    if (value === undefined) continue;
    const verdict = check(value);
    if (verdict !== true) throw new UsageError(`Option '${key}' of ${what} must be ${verdict}; it was ${show(value)}.`);
  }
}

export const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    choices.includes(value as string) || choices.map((choice) => `'${choice}'`).join(' or ');

/** A name or an id of the user's. */
export const isName: Check = (value) =>
  (typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_NAME && !value.includes('\n')) ||
  `a string of 1 to ${LONGEST_NAME} characters on one line`;
export const isFunction: Check = (value) => typeof value === 'function' || 'a function';
export const isText: Check = (value) => (typeof value === 'string' && value !== '') || 'a string that is not empty';
export const isFlag: Check = (value) => typeof value === 'boolean' || 'true or false';
export const isBudget: Check = (value) => {
  checkBudget(value, "Option 'budget'");
  return true;
};
export const anything: Check = () => true;

/** A whole number in a range. */
export const wholeFrom =
  (least: number): Check =>
  (value) =>
    (Number.isInteger(value) && (value as number) >= least) || `a whole number of at least ${least}`;

/** A number in a range. */
export const between =
  (least: number, most: number): Check =>
  (value) =>
    (typeof value === 'number' && value >= least && value <= most) || `a number from ${least} to ${most}`;

/** An engine of one's own. */
export const isEngine: Check = (value) =>
  typeof (value as { flow?: unknown } | null | undefined)?.flow === 'function' || 'an engine: new Reprise({ store })';
