import type { OpenWait } from '../errors/index.ts';
import type { Difference } from './crash-test-error.ts';

/** The answers to a flow's waits, by the names of the waits: values, or functions that are given the wait. */
export type Answers = Readonly<Record<string, unknown>>;

/** What comes next for an execution that waits. */
export type NextStep =
  | { readonly is: 'answers'; readonly given: readonly { readonly wait: OpenWait; readonly value: unknown }[] }
  /** Nothing but time can answer: until when, in milliseconds since the epoch. */
  | { readonly is: 'time'; readonly until: number }
  | { readonly is: 'stuck'; readonly difference: Difference };

/** Answers waits as a person would: each once, and all that are open before time is let go by. */
export class Answering {
  readonly #answers: Answers;
  readonly #given = new Set<string>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  next(waits: readonly OpenWait[]): NextStep {
    const given: { wait: OpenWait; value: unknown }[] = [];
    const unanswered: OpenWait[] = [];
    for (const wait of waits) {
      const name = this.#nameOf(wait);
      if (wait.sleep || name === undefined) {
        unanswered.push(wait);
        continue;
      }
      const answer = this.#answers[name];
      const isFixed = typeof answer !== 'function';
      if (isFixed && wait.refused !== undefined)
        return stuck(`the answer to wait '${wait.name}' was refused`, wait.refused);
      const key = `${wait.execution} ${wait.name} ${wait.attempt}`;
      if (this.#given.has(key)) return stuck(`wait '${wait.name}' was answered, and is open again`, wait);
      this.#given.add(key);
      given.push({ wait, value: isFixed ? answer : answer(wait) });
    }
    if (given.length > 0) return { is: 'answers', given };

    const times = unanswered.flatMap(({ until }) => (until === undefined ? [] : [until]));
    if (times.length > 0) return { is: 'time', until: Math.min(...times) };
    const names = unanswered.map(({ name }) => `'${name}'`).join(', ');
    return stuck(`it waits for ${names}, and the option 'answers' has nothing of that name`, unanswered);
  }

  // A wait of a name that is used again is 'approve#2'; it may have an answer of its own.
  #nameOf({ name }: OpenWait): string | undefined {
    return [name, name.replace(/#\d+$/, '')].find((key) => Object.hasOwn(this.#answers, key));
  }
}

function stuck(problem: string, actual: unknown): NextStep {
  return { is: 'stuck', difference: { problem, expected: 'an answer that lets it go on', actual } };
}
