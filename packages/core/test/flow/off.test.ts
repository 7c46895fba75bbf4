import { AsyncLocalStorage } from 'node:async_hooks';
import v8 from 'node:v8';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, callStream, callWait, carryFailure, isInExecution, scope } from '../../src/adapter.ts';
import {
  CheckpointTimeoutError,
  checkpoint,
  current,
  log,
  now,
  Reprise,
  random,
  sleep,
  UsageError,
  uuid,
  wait,
} from '../../src/index.ts';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { everyCrash } from '../../src/testing.ts';
import { failure, type Process, processes, settled } from '../processes.ts';

beforeEach(() => vi.stubEnv('REPRISE', 'off'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A store that nobody may touch. */
const untouchable = new Proxy(memoryDriver(), {
  get(target, key) {
    if (key === 'getMany' || key === 'set' || key === 'putIfAbsent' || key === 'scan') throw new Error('touched');
    return Reflect.get(target, key);
  },
}) as Driver;

const plain = () => new Reprise({ store: untouchable });

describe('a flow', () => {
  test('calls its function, with the very input, and touches no store', async () => {
    const input = { topic: 'otters', write() {} };
    const agent = plain().flow('agent', async (given: typeof input) => given);
    expect(await agent(input)).toBe(input);
    expect(await (await agent.start(input)).result()).toBe(input);
  });

  test('calls it again for the same id', async () => {
    let calls = 0;
    const agent = plain().flow('agent', async () => ++calls);
    const results = [await agent.start(undefined, { id: 'x' }), await agent.start(undefined, { id: 'x' })];
    expect(await Promise.all(results.map((handle) => handle.result()))).toEqual([1, 2]);
    expect(results.map(({ id }) => id)).toEqual(['x', 'x']);
  });

  test('has a handle that tells how the call stands', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const handle = await plain()
      .flow('agent', () => promise)
      .start(undefined);
    expect(handle.id).toMatch(/^[0-9a-z]{26}$/);
    expect(await handle.status()).toBe('running');
    resolve('done');
    expect(await handle.result()).toBe('done');
    expect(await handle.status()).toBe('completed');
  });

  test('fails with its own error, thrown at once or later', async () => {
    const error = new Error('no otters');
    const fail = plain().flow('fail', () => {
      throw error;
    });
    expect(await failure(fail())).toBe(error);
    const handle = await fail.start(undefined);
    expect(await failure(handle.result())).toBe(error);
    expect(await handle.status()).toBe('failed');
  });

  test('cannot be cancelled, and its handle says so', async () => {
    const handle = await plain()
      .flow('agent', async () => 'done')
      .start(undefined, { id: 'x' });
    const error = await failure(handle.cancel());
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(
      "REPRISE=off is set, so 'x' is a plain call of a function, and cannot be cancelled. Unset REPRISE, or set it to on.",
    );
  });

  test('calls the function of a flow inside of it', async () => {
    const reprise = plain();
    const chapter = reprise.flow('chapter', async (topic: string) => `on ${topic}`);
    const book = reprise.flow('book', (topics: string[]) => Promise.all(topics.map((topic) => chapter(topic))));
    expect(await book(['otters', 'owls'])).toEqual(['on otters', 'on owls']);
  });

  test('enters no async storage, and has no promise watched', async () => {
    const watched = vi.spyOn(v8.promiseHooks, 'createHook');
    const entered = [
      vi.spyOn(AsyncLocalStorage.prototype, 'enterWith'),
      vi.spyOn(AsyncLocalStorage.prototype, 'run'),
      vi.spyOn(AsyncLocalStorage.prototype, 'exit'),
    ];
    const step = checkpoint('step', async () => {
      carryFailure(new Error('refused'), {});
      return call({ kind: 'llm', name: 'ask', input: [], run: () => 'an answer' });
    });
    const work = async () => scope('inner', undefined, () => step());
    const both = (agent: ReturnType<Reprise['flow']>) => agent.start(undefined).then((handle) => handle.result());

    await both(plain().flow('agent', work));
    for (const spy of [watched, ...entered]) expect(spy).not.toHaveBeenCalled();

    vi.stubEnv('REPRISE', 'on');
    await both(new Reprise({ store: 'memory:' }).flow('agent', work));
    for (const spy of [watched, ...entered]) expect(spy).toHaveBeenCalled();
  });
});

describe('a checkpoint', () => {
  test('calls its function, also outside of a flow, and does not look at its digest', async () => {
    const digest = vi.fn();
    const add = checkpoint('add', async (a: number, b: number) => a + b, { effect: 'once', digest });
    expect(await add(1, 2)).toBe(3);
    expect(digest).not.toHaveBeenCalled();
  });

  test('tries again as its policy says, and then fails with the error itself', async () => {
    const seen: number[] = [];
    const flaky = checkpoint(
      'flaky',
      async (survives: number) => {
        seen.push(seen.length + 1);
        if (seen.length < survives) throw new Error(`attempt ${seen.length}`);
        return 'at last';
      },
      { retry: { attempts: 3, backoff: 0 } },
    );
    expect(await flaky(3)).toBe('at last');
    seen.length = 0;
    expect((await failure(flaky(4))).message).toBe('attempt 3');
  });

  test('fails when its time is over', async () => {
    const slow = checkpoint('slow', () => new Promise(() => {}), { timeout: 5 });
    expect(await failure(slow())).toBeInstanceOf(CheckpointTimeoutError);
  });
});

test('a wait is refused, with its default too, and says what to do', async () => {
  const expected =
    "REPRISE=off is set, so there is nobody who could answer wait 'approve'. Unset REPRISE, or set it to on.";
  const asked = await failure(wait('approve'));
  expect(asked).toBeInstanceOf(UsageError);
  expect(asked.message).toBe(expected);
  expect((await failure(wait('approve', { deadline: '1 ms', default: true }))).message).toBe(expected);
  const { answer, isOpen } = callWait('approve');
  expect(await isOpen).toBe(false);
  expect((await failure(answer)).message).toBe(expected);
});

test('a sleep is slept in the process, longer than one timer can', async () => {
  vi.useFakeTimers();
  try {
    let isAwake = false;
    const slept = sleep('60 days').then(() => {
      isAwake = true;
    });
    await vi.advanceTimersByTimeAsync(60 * 86_400_000 - 1);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await slept;
    await sleep(new Date(0));
  } finally {
    vi.useRealTimers();
  }
});

test('values are those of the process, and a log goes nowhere', () => {
  vi.spyOn(Date, 'now').mockReturnValue(42);
  expect(now()).toBe(42);
  expect(random()).not.toBe(random());
  expect(uuid()).toMatch(/^[0-9a-f-]{36}$/);
  expect(uuid()).not.toBe(uuid());
  expect(() => log({ sources: 12 })).not.toThrow();
  expect(() => log([] as never)).toThrow(UsageError);
});

test('the running code stands nowhere, and nothing can be kept under its id by mistake', () => {
  const { call: around, execution, signal } = current();
  expect(around).toBeUndefined();
  expect(signal.aborted).toBe(false);
  expect(execution.flow).toBe('off');
  expect(execution.id).not.toBe(current().execution.id);
});

test('a budget does not hold', async () => {
  const usage = () => ({ provider: 'openai', model: 'gpt-5', input_tokens: 1_000_000, output_tokens: 1_000_000 });
  const ask = () => call({ kind: 'llm', name: 'ask', input: [], run: () => 'an answer', usage });
  const agent = plain().flow('agent', async () => [await ask(), await ask()], { budget: { usd: 0 } });
  expect(await agent()).toEqual(['an answer', 'an answer']);
});

describe('the seam', () => {
  const tell = (run: () => AsyncIterable<string>) =>
    callStream({ kind: 'llm', name: 'tell', input: [], run, isTerminal: () => true });

  test('makes a call with what its body may count on', async () => {
    const attempts: unknown[] = [];
    const result = await call({
      kind: 'tool',
      name: 'book',
      input: 'otters',
      retry: { attempts: 2, backoff: 0 },
      run: ({ id, idempotencyKey, attempt, signal }) => {
        attempts.push({ id, idempotencyKey, attempt, isAborted: signal.aborted });
        if (attempt === 1) throw new Error('again');
        return 'booked';
      },
    });
    expect(result).toBe('booked');
    const key = expect.stringMatching(/^[0-9a-z]{26}$/);
    expect(attempts).toEqual([
      { id: key, idempotencyKey: key, attempt: 1, isAborted: false },
      { id: key, idempotencyKey: key, attempt: 2, isAborted: false },
    ]);
    expect(attempts[0]).toMatchObject({ idempotencyKey: (attempts[1] as { idempotencyKey: string }).idempotencyKey });
  });

  test('passes a stream on, with its failure', async () => {
    const chunks: unknown[] = [];
    const read = async () => {
      const stream = tell(async function* () {
        yield 'one';
        yield 'two';
        throw new Error('cut');
      });
      for await (const chunk of stream) chunks.push(chunk);
    };
    expect((await failure(read())).message).toBe('cut');
    expect(chunks).toEqual(['one', 'two']);
  });

  test('begins a stream at once, and gives all of it to each who reads it', async () => {
    const story: string[] = [];
    const stream = tell(async function* () {
      story.push('begun');
      yield 'one';
      yield 'two';
    });
    await settled();
    expect(story).toEqual(['begun']);
    // As adapters do, whose client rejects where a request is refused.
    await stream[Symbol.asyncIterator]().next();
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual(['one', 'two']);
  });

  test('reads a stream no further than its reader, who ends it by leaving', async () => {
    const story: string[] = [];
    const stream = tell(async function* () {
      try {
        for (const chunk of ['one', 'two', 'three']) {
          story.push(chunk);
          yield chunk;
        }
      } finally {
        story.push('ended');
      }
    });
    for await (const chunk of stream) if (chunk === 'two') break;
    expect(story).toEqual(['one', 'two', 'ended']);
  });

  test('runs what is in a scope, and stands in no execution', () => {
    expect(scope('agent', undefined, () => isInExecution())).toBe(false);
  });
});

describe('executions that are stored', () => {
  const define = ({ reprise }: Process) => reprise.flow('ask', () => wait('approve'));

  async function oneThatWaits() {
    vi.stubEnv('REPRISE', 'on');
    const all = processes();
    const first = all.start();
    const handle = await define(first).start(undefined, { id: 'x' });
    await failure(handle.result());
    vi.stubEnv('REPRISE', 'off');
    const second = all.start();
    define(second);
    return second;
  }

  test('can be looked at and answered, do not go on meanwhile, and go on afterwards', async () => {
    const process = await oneThatWaits();
    const { executions, waits } = process.reprise;
    expect(await executions.list()).toMatchObject([{ id: 'x', status: 'waiting' }]);
    await waits.answer('x', 'approve', true);
    expect(await process.reprise.recover()).toEqual([]);
    await settled();
    expect(await executions.get('x')).toMatchObject({ status: 'waiting' });

    vi.stubEnv('REPRISE', '');
    const [handle] = await process.reprise.recover();
    expect(await handle?.result()).toBe(true);
  });

  test('are neither resumed nor replayed, and can be told what a replay would do', async () => {
    const { executions } = (await oneThatWaits()).reprise;
    const message = (what: string) => `REPRISE=off is set, so execution x ${what}. Unset REPRISE, or set it to on.`;
    expect((await failure(executions.resume('x'))).message).toBe(message('cannot go on'));
    expect((await failure(executions.replay('x'))).message).toBe(message('cannot be replayed'));
    expect((await failure(executions.prepareReplay('x'))).message).toBe(message('cannot be replayed'));
    expect(await executions.list()).toHaveLength(1);
    expect(await executions.planReplay('x')).toMatchObject({ kept: [] });
  });
});

test('an execution that was begun before goes on as it was begun', async () => {
  vi.stubEnv('REPRISE', 'on');
  const { reprise, story } = processes().start();
  const step = checkpoint('step', async () => 'done');
  const agent = reprise.flow('agent', async () => {
    vi.stubEnv('REPRISE', 'off');
    return step();
  });
  expect(await agent()).toBe('done');
  expect(story).toEqual(['started', 'made step', 'completed']);
});

test.each(['on', ''])('%j leaves it on', async (word) => {
  vi.stubEnv('REPRISE', word);
  const { reprise, story } = processes().start();
  await reprise.flow(
    'agent',
    checkpoint('step', async () => 'done'),
  )(undefined);
  expect(story).toEqual(['started', 'made step', 'completed']);
});

test('another word is refused by the first that is called', async () => {
  vi.stubEnv('REPRISE', 'Off');
  const agent = plain().flow('agent', async () => 'done');
  const step = checkpoint('step', async () => 'done');
  const message = "REPRISE is 'on' or 'off'; it was 'Off'. Unset it to have Reprise on.";
  for (const refused of [agent(), agent.start(undefined), step(), sleep(1), wait('approve')]) {
    const error = await failure(refused);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(message);
  }
  expect(() => now()).toThrow(message);
});

test('a crash test is refused, for it would prove nothing', async () => {
  const tested = everyCrash((reprise) => reprise.flow('agent', async () => 'done'));
  expect((await failure(tested)).message).toBe(
    'REPRISE=off is set, so there is nothing that a crash could be survived with. Unset REPRISE, or set it to on.',
  );
});
