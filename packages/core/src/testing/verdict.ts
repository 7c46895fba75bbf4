import { isDeepStrictEqual } from 'node:util';
import type { Difference } from './crash-test-error.ts';
import { callKey, type RecordedCall } from './remains.ts';
import type { Ending } from './run-process.ts';
import type { Evidence } from './trial.ts';

/** The first thing that a crash has changed, if it has changed anything. */
export function compare<Result>(expected: Evidence<Result>, actual: Evidence<Result>): Difference | undefined {
  return (
    compareEndings('its result is another one', expected.ending, actual.ending) ??
    findMadeAgain(actual) ??
    findFalseCompletion(expected, actual) ??
    findAddedOrLost(expected, actual) ??
    compareStatuses(expected, actual) ??
    compareEndings('the finished execution, asked again, gives another result', expected.ending, actual.again.ending) ??
    (actual.again.bodies > 0
      ? { problem: 'the finished execution, asked again, makes calls', expected: 0, actual: actual.again.bodies }
      : undefined)
  );
}

/** The calls that were under way at a crash and were made again, by name. */
export function repeatedCalls({ bodies, aftermaths }: Evidence<unknown>): string[] {
  const repeated = new Map<string, string>();
  for (const { bodies: count } of aftermaths) {
    const before = new Set(bodies.slice(0, count).map(({ execution, id }) => callKey(execution, id)));
    for (const { execution, id, name } of bodies.slice(count)) {
      const key = callKey(execution, id);
      if (before.has(key)) repeated.set(key, name);
    }
  }
  return [...repeated.values()];
}

function compareEndings<R>(problem: string, expected: Ending<R>, actual: Ending<R>): Difference | undefined {
  if (isDeepStrictEqual(comparable(expected), comparable(actual))) return undefined;
  return { problem, expected: shown(expected), actual: shown(actual) };
}

// The class of an error is lost when it is stored, and its stack is another one.
function comparable(ending: Ending<unknown>): unknown {
  if (ending.ok) return [ending.value];
  return ending.error instanceof Error ? { name: ending.error.name, message: ending.error.message } : ending.error;
}

function shown(ending: Ending<unknown>): unknown {
  return ending.ok ? ending.value : ending.error;
}

/** A call that was recorded when the process ended, and was made all the same. */
function findMadeAgain({ bodies, aftermaths }: Evidence<unknown>): Difference | undefined {
  for (const { calls, bodies: count } of aftermaths) {
    for (const { execution, id, kind, name } of bodies.slice(count)) {
      if (!calls.get(callKey(execution, id))?.isFinal) continue;
      return {
        problem: `${kind} '${name}' (${id} of ${execution}) was recorded before the crash, and was made again after it`,
        expected: 'served from the journal',
        actual: 'made again',
      };
    }
  }
  return undefined;
}

/** An execution that counted as completed when its result was not stored yet: nobody would go on with it. */
function findFalseCompletion(expected: Evidence<unknown>, { aftermaths }: Evidence<unknown>): Difference | undefined {
  for (const { completed } of aftermaths) {
    if (!completed || !expected.ending.ok || isDeepStrictEqual(completed.result, expected.ending.value)) continue;
    const problem = 'after the crash it counts as completed, and its result is not stored';
    return { problem, expected: expected.ending.value, actual: completed.result };
  }
  return undefined;
}

/** A call that came a second time under another identity, or one that was left out. */
function findAddedOrLost(expected: Evidence<unknown>, actual: Evidence<unknown>): Difference | undefined {
  const before = contents(expected.calls.values());
  const after = contents(actual.calls.values());
  const recorded = contents(
    actual.aftermaths.flatMap(({ calls }) => [...calls.values()].filter(({ isFinal }) => isFinal)),
  );
  for (const [content, count] of after) {
    // What only comes after a crash, such as a question about a call in doubt, is nothing to compare with.
    const once = before.get(content) ?? count;
    if (count > once && recorded.has(content)) {
      return counted('came a second time, as another call', content, once, count);
    }
  }

  const needed = [...expected.calls.values()].filter(({ hasEnded, isOptional }) => hasEnded && !isOptional);
  for (const [content, count] of contents(needed)) {
    const found = after.get(content) ?? 0;
    if (found < count) return counted('was left out after the crash', content, count, found);
  }

  const optional = contents([...expected.calls.values()].filter(({ isOptional }) => isOptional));
  const excused = new Set<string>();
  for (const { calls } of actual.aftermaths) {
    for (const [key, { hasEnded, isHidden }] of calls) if (!hasEnded && isHidden) excused.add(key);
  }
  for (const [key, { hasEnded, content }] of actual.calls) {
    if (hasEnded || excused.has(key) || optional.has(content) || !before.has(content)) continue;
    return counted('had begun before the crash, and has no outcome after it', content, 1, 0);
  }
  return undefined;
}

function contents(calls: Iterable<RecordedCall>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { content } of calls) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}

function counted(problem: string, content: string, expected: number, actual: number): Difference {
  const [flow, kind, name] = content.split('\n');
  return { problem: `${kind} '${name}' of flow '${flow}' ${problem}`, expected, actual };
}

function compareStatuses(expected: Evidence<unknown>, actual: Evidence<unknown>): Difference | undefined {
  if (isDeepStrictEqual(expected.statuses, actual.statuses)) return undefined;
  return { problem: 'its executions stand differently', expected: expected.statuses, actual: actual.statuses };
}
