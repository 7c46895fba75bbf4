import { WaitingError } from '../../src/index.ts';
import { errorText } from './interpret.ts';
import type { Seen } from './lives.ts';

/**
 * What is wrong with what was seen of the processes of one program, which did not change between them: each call is
 * handed what its own body makes where it stands, what it was handed once it is handed again, and no body runs again
 * whose outcome was recorded.
 */
export function wrongsOf(all: readonly Seen[]): string[] {
  const wrongs: string[] = [];
  const outcomes = new Map<string, string>();
  const drawn = new Map<string, unknown>();
  const ids = new Map<string, string>();
  const completed = new Set<string>();
  for (const [process, seen] of all.entries()) {
    const wrong = (what: string) => wrongs.push(`process ${process + 1}: ${what}`);
    const begun = new Set<string>();
    for (const { at, attempt, id } of seen.bodies) {
      const body = `${at}, attempt ${attempt}`;
      if (begun.has(body)) wrong(`the body at ${body} ran twice`);
      begun.add(body);
      if (outcomes.has(at)) wrong(`the body at ${body} ran again`);
      const before = ids.get(at) ?? id;
      if (before !== id) wrong(`the call at ${at} was ${before} and is ${id}`);
      ids.set(at, id);
    }
    for (const call of seen.begun) if (completed.has(call)) wrong(`${call} was recorded, and is made again`);
    for (const { call, from, outcome, ok } of seen.handed) {
      const { at, name, input } = call;
      const isSame = from?.at === at && from.name === name && from.input === input;
      // A failure may be one of a call inside.
      if (!isSame && (ok || (!from?.at.startsWith(`${at}~`) && !from?.at.startsWith(`${at}:`))))
        wrong(`${name}(${input}) at ${at} got ${outcome}`);
      if (!ok) continue;
      const before = outcomes.get(at) ?? outcome;
      if (before !== outcome) wrong(`at ${at} came ${before}, and now ${outcome}`);
    }
    for (const { call, outcome, ok } of seen.handed) if (ok) outcomes.set(call.at, outcome);
    for (const [at, value] of seen.drawn) {
      if (drawn.has(at) && drawn.get(at) !== value) wrong(`at ${at} ${drawn.get(at)} was drawn, and now ${value}`);
      drawn.set(at, value);
    }
    for (const call of seen.completed) completed.add(call);
    const error = seen.ending?.ok === false ? seen.ending.error : undefined;
    const isOfProgram = !error || WaitingError.isInstance(error) || errorText(error).endsWith('! failed');
    if (!isOfProgram) wrong(`it ended with ${error.name}: ${error.message}`);
  }
  return wrongs;
}
