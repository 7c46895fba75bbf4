import { describe, expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { checkpoint, DriftError, type EngineOptions } from '../../src/index.ts';
import { type Driver, memoryDriver } from '../../src/store.ts';
import { inTime, never, processes, settled } from '../processes.ts';

test("what is made of another input with onDrift: 'reuse' is not served to the input that the call had begun with", async () => {
  const all = processes();
  const run = async (question: string, lasts: 'answer' | 'rest' | undefined) => {
    const process = all.start();
    const rest = checkpoint('rest', () => (lasts === 'rest' ? never() : undefined));
    const onDrift = lasts === undefined ? 'error' : 'reuse';
    const program = async () => {
      const answered = await call({
        kind: 'llm',
        name: 'answer',
        input: question,
        run: () => (lasts === 'answer' ? never() : question),
      });
      await rest();
      return answered;
    };
    const handle = await process.reprise.flow('flow', program, { onDrift }).start(undefined, { id: 'it' });
    const result = handle.result();
    result.catch(() => {});
    await settled();
    if (lasts === undefined) return inTime(all, result).catch((error: unknown) => error);
    await all.pass(5_000);
    process.kill();
    return undefined;
  };
  await run('before', 'answer');
  await run('after', 'rest');
  expect(DriftError.isInstance(await run('before', undefined))).toBe(true);
  expect(await run('after', undefined)).toBe('after');
});

test('a child that had begun does not bring what it makes of its input to a parent that asks for something else', async () => {
  const all = processes();
  const run = async (question: string) => {
    const process = all.start();
    const child = process.reprise.flow('child', async (asked: string) => (question === 'before' ? never() : asked));
    const parent = process.reprise.flow('parent', () => child(question));
    const handle = await parent.start(undefined, { id: 'it' });
    const result = handle.result();
    result.catch(() => {});
    await settled();
    if (question !== 'before') return inTime(all, result).catch((error: unknown) => error);
    process.kill();
    return undefined;
  };
  await run('before');
  expect(DriftError.isInstance(await run('after'))).toBe(true);
});

describe("a child that was about to be started, with onDrift: 'reuse',", () => {
  /** What it answers, and what is recorded of its call. */
  async function answeredBy(options: Pick<EngineOptions, 'redact'> = {}) {
    const store = memoryDriver();
    const withoutChildren = (key: string) => key.includes('it.');
    const halting: Driver = {
      ...store,
      set: (key, value) => (withoutChildren(key) ? never() : store.set(key, value)),
      putIfAbsent: (key, value) => (withoutChildren(key) ? never() : store.putIfAbsent(key, value)),
    };
    const run = async (driver: Driver, question: string, answers: string[]) => {
      const all = processes(driver);
      const { reprise, kill } = all.start(options);
      const child = reprise.flow('child', async (asked: string) => {
        answers.push(asked);
        return asked;
      });
      const parent = reprise.flow('parent', () => child(question), { onDrift: 'reuse' });
      const handle = await parent.start(undefined, { id: 'it', takeover: true });
      const result = handle.result();
      await settled();
      await all.pass(5_000);
      kill();
      return driver === halting ? undefined : result;
    };
    const answers: string[] = [];
    await run(halting, 'before', answers);
    expect(answers).toEqual([]);
    const result = await run(store, 'after', answers);
    const { journal } = await processes(store).start().reprise.executions.get('it');
    return { answers, result, recorded: journal.map(({ input, output }) => ({ input, output })) };
  }

  test('is started with the input of its call, which is recorded with that', async () => {
    const recorded = [{ input: 'before', output: 'before' }];
    expect(await answeredBy()).toEqual({ answers: ['before'], result: 'before', recorded });
  });

  test('is started with its new input where that of its call was redacted', async () => {
    const recorded = [{ input: 'after', output: 'after' }];
    expect(await answeredBy({ redact: (value) => value })).toEqual({ answers: ['after'], result: 'after', recorded });
  });
});
