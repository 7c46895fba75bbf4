import { expect, test } from 'vitest';
import type { RecordedCall } from '../../src/testing/remains.ts';
import type { Evidence } from '../../src/testing/trial.ts';
import { compare, repeatedCalls } from '../../src/testing/verdict.ts';

function call(name: string, details: Partial<RecordedCall> = {}): [string, RecordedCall] {
  const recorded: RecordedCall = {
    execution: 'x',
    id: name,
    name,
    content: `agent\ncheckpoint\n${name}\ndigest of ${name}`,
    hasEnded: true,
    isFinal: true,
    isHidden: false,
    isOptional: false,
    ...details,
  };
  return [`x ${recorded.id}`, recorded];
}

const body = (name: string) => ({ execution: 'x', id: name, kind: 'checkpoint', name });

/** A run that made these calls without a crash. */
function run(names: string[], details: Partial<Evidence<string>> = {}): Evidence<string> {
  return {
    flow: 'agent',
    ending: { ok: true, value: 'done' },
    crashes: [],
    aftermaths: [],
    writes: 5,
    bodies: names.map(body),
    calls: new Map(names.map((name) => call(name))),
    statuses: ['agent: completed'],
    again: { ending: { ok: true, value: 'done' }, bodies: 0 },
    ...details,
  };
}

/** A run of `a` and `b` that crashed when `a` was recorded, and then had these bodies. */
function crashed(after: string[], details: Partial<Evidence<string>> = {}): Evidence<string> {
  const aftermath = { calls: new Map([call('a')]), bodies: 1, completed: undefined };
  return run(['a', 'b'], { bodies: ['a', ...after].map(body), aftermaths: [aftermath], ...details });
}

const whole = run(['a', 'b']);

test('a run that goes on where it crashed shows no difference', () => {
  expect(compare(whole, crashed(['b']))).toBeUndefined();
  expect(repeatedCalls(crashed(['b']))).toEqual([]);
});

test('a recorded call must not be made again', () => {
  expect(compare(whole, crashed(['a', 'b']))?.problem).toBe(
    "checkpoint 'a' (a of x) was recorded before the crash, and was made again after it",
  );
});

test('a failure that nothing was built on may be made again', () => {
  const calls = new Map([call('a', { isFinal: false })]);
  const actual = crashed(['a', 'b'], { aftermaths: [{ calls, bodies: 1, completed: undefined }] });
  expect(compare(whole, actual)).toBeUndefined();
  expect(repeatedCalls(actual)).toEqual(['a']);
});

test('a recorded call must not come a second time as another one', () => {
  const [, again] = call('a', { id: 'a-2' });
  const calls = new Map([call('a'), call('b'), ['x a-2', again] as const]);
  expect(compare(whole, crashed(['a-2', 'b'], { calls }))).toEqual({
    problem: "checkpoint 'a' of flow 'agent' came a second time, as another call",
    expected: 1,
    actual: 2,
  });
});

test('a question that only a crash brings up is no second call', () => {
  const [key, asked] = call('b in doubt');
  const calls = new Map([call('a'), call('b'), [key, asked] as const]);
  const aftermaths = [{ calls, bodies: 1, completed: undefined }];
  expect(compare(whole, crashed([], { calls, aftermaths }))).toBeUndefined();
});

test('a call must not be left out, unless nothing depends on it', () => {
  const calls = new Map([call('a')]);
  expect(compare(whole, crashed([], { calls }))?.problem).toContain("checkpoint 'b' of flow 'agent' was left out");
  const optional = run(['a', 'b'], { calls: new Map([call('a'), call('b', { isOptional: true })]) });
  expect(compare(optional, crashed([], { calls }))).toBeUndefined();
});

test('a call that had begun must get its outcome, unless nobody asks for it any more', () => {
  const [key, begun] = call('b', { hasEnded: false, isFinal: false });
  const calls = new Map([call('a'), [key, begun] as const]);
  expect(compare(whole, crashed([], { calls }))?.problem).toContain('has no outcome after it');
  const hidden = new Map([call('a'), [key, { ...begun, isHidden: true }] as const]);
  const aftermaths = [{ calls: hidden, bodies: 1, completed: undefined }];
  expect(compare(whole, crashed([], { calls, aftermaths }))).toBeUndefined();
});

test('an execution must not count as completed before its result is stored', () => {
  const at = (result: unknown) => [{ calls: new Map([call('a')]), bodies: 1, completed: { result } }];
  expect(compare(whole, crashed(['b'], { aftermaths: at(undefined) }))).toEqual({
    problem: 'after the crash it counts as completed, and its result is not stored',
    expected: 'done',
    actual: undefined,
  });
  expect(compare(whole, crashed(['b'], { aftermaths: at('done') }))).toBeUndefined();
});

test('executions must stand as they do without a crash', () => {
  const actual = crashed(['b'], { statuses: ['agent: crashed'] });
  expect(compare(whole, actual)).toMatchObject({ expected: ['agent: completed'], actual: ['agent: crashed'] });
});

test('the finished execution must answer again, and make nothing for it', () => {
  const again = { ending: { ok: true, value: 'done' } as const, bodies: 1 };
  expect(compare(whole, crashed(['b'], { again }))?.problem).toBe('the finished execution, asked again, makes calls');
  const other = { ending: { ok: true, value: 'other' } as const, bodies: 0 };
  expect(compare(whole, crashed(['b'], { again: other }))?.problem).toContain('asked again, gives another result');
});

test('errors are compared by name and message', () => {
  const failed = (message: string) => run(['a'], { ending: { ok: false, error: new RangeError(message) } });
  const problem = compare(failed('far'), failed('farther'))?.problem;
  expect(problem).toBe('its result is another one');
  expect(compare(failed('far'), failed('far'))?.problem).not.toBe(problem);
});
