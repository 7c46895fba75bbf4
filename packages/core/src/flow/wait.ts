import { makeWait } from '../calls/wait.ts';
import { type OpenWait, UsageError } from '../errors/index.ts';
import type { Validated } from '../execution/answer-check.ts';
import type { Execution } from '../execution/execution.ts';
import type { Ambient } from '../identity/ambient.ts';
import { encode } from '../journal/codec.ts';
import { type Duration, pointInTime, show } from './duration.ts';
import { here, rejecting } from './here.ts';
import { isOff, plainSleep, refuseWhenOff } from './off.ts';
import { anything, type Check, checkName, checkOptions, isText } from './options.ts';
import { describeIssues, isStandardSchema, jsonSchemaOf, type StandardSchema } from './standard-schema.ts';

/** What a wait asks. */
export interface WaitOptions<Answer> {
  /** Shown to the person who answers. */
  readonly question?: string;
  /** What an answer must be: a schema of zod, valibot, or any other that follows Standard Schema. */
  readonly schema?: StandardSchema<Answer>;
  /** Until when, as a duration or a date. After it `default` is the answer, or the wait fails. @default for ever */
  readonly deadline?: Duration | Date;
  /** The answer when the deadline has passed. The schema does not check it. */
  readonly default?: NoInfer<Answer>;
}

const CHECKS: Record<string, Check> = {
  question: isText,
  schema: (value) => isStandardSchema(value) || 'a Standard Schema, such as z.boolean()',
  deadline: (value) => {
    pointInTime(value as Duration | Date, 0, "Option 'deadline'");
    return true;
  },
  default: anything,
};

/**
 * Asks a person, and resolves with the answer, however long that takes and in whichever process that is. While
 * nothing else is left to do the execution is parked, and its caller gets a `WaitingError`.
 */
export function wait<Answer = unknown>(name: string, options: WaitOptions<Answer> = {}): Promise<Answer> {
  return ask(name, options);
}

/** What a framework that asks has to say besides. */
export interface Asking {
  /** What it calls the question. */
  readonly reference?: string | undefined;
  /** Told once it is known that nobody has answered yet. */
  onOpen?(wait: OpenWait): void;
}

/** As `wait`, for a framework. */
export function ask<Answer>(name: string, options: WaitOptions<Answer>, asking: Asking = {}): Promise<Answer> {
  return rejecting(() => {
    checkName(name, "A wait's name");
    checkOptions(options, `wait '${name}'`, CHECKS);
    const { question, schema, deadline } = options;
    if ('default' in options && deadline === undefined) {
      throw new UsageError(
        `Wait '${name}' has a default and no deadline, so the default would never be used. Give both.`,
      );
    }
    // Not only when the deadline has passed.
    if ('default' in options) encode(options.default, 'default');
    refuseWhenOff(`there is nobody who could answer wait '${name}'`);
    const place = here(`wait('${name}')`);
    return makeWait(place, {
      name,
      question,
      ...asking,
      ...(deadline === undefined ? {} : { until: pointInTime(deadline, clock(place), "Option 'deadline'") }),
      ...('default' in options ? { fallback: { value: options.default } } : {}),
      ...(schema ? { schema: jsonSchemaOf(schema), validate: (answer) => validate(schema, answer) } : {}),
    }) as Promise<Answer>;
  });
}

/** Resolves after so long, or at that time, however many processes that takes. */
export async function sleep(duration: Duration | Date): Promise<void> {
  const what = 'The length of a sleep';
  if (isOff()) return plainSleep(pointInTime(duration, Date.now(), what));
  const place = here('sleep()');
  const until = pointInTime(duration, clock(place), what);
  await makeWait(place, { name: 'sleep', until, sleep: true });
}

function clock({ home }: Ambient<Execution>): number {
  return home.execution ? home.execution.environment.world.now() : Date.now();
}

async function validate(schema: StandardSchema, answer: unknown): Promise<Validated> {
  const result = await schema['~standard'].validate(answer);
  return result.issues
    ? { ok: false, problems: `${describeIssues(result.issues)} (it was ${show(answer)})` }
    : { ok: true, value: result.value };
}
