import { setTimeout as realTime } from 'node:timers/promises';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import { checkpoint, current, type OpenWait, type Reprise, wait } from '../../src/index.ts';
import { type CrashReport, CrashTestError, everyCrash } from '../../src/testing.ts';

const say = checkpoint('say', async (text: string) => text);

/** How many processes have made their flow since the run began. */
let processes = 0;
const startCounting = () => {
  processes = 0;
};
afterEach(startCounting);

async function crashError(work: Promise<unknown>): Promise<CrashTestError> {
  const error = await work.then(
    () => new Error('every crash was survived'),
    (reason) => reason,
  );
  if (!CrashTestError.isInstance(error)) throw error;
  return error;
}

describe('everyCrash reports', () => {
  test('the result, the boundaries, and what was made again after each crash', async () => {
    const report = await everyCrash(
      (reprise) => reprise.flow('agent', async (topic: string) => say(`about ${topic}`)),
      'otters',
    );
    expect(report.result).toBe('about otters');
    expect(report.boundaries).toBe(5);
    expect(report.crashes).toHaveLength(10);
    expect(report.crashes[4]).toEqual({
      boundary: { write: 3, landed: false, what: 'segment 1 of crash-test' },
      second: undefined,
      repeated: ['say'],
    });
    expect(report.crashes[5]).toMatchObject({ boundary: { write: 3, landed: true }, repeated: [] });
  });

  test('the second crash, with depth 2', async () => {
    const report = await everyCrash((reprise) => reprise.flow('agent', async (topic: string) => say(topic)), 'otters', {
      depth: 2,
    });
    const twice = report.crashes.filter(({ second }) => second);
    expect(new Set(twice.map(({ boundary }) => boundary.write))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(twice.map(({ second }) => second?.what.split(' ')[0]))).toEqual(new Set(['segment', 'head']));
  });

  test('an error of the flow itself as it is', async () => {
    const flow = (reprise: Reprise) => reprise.flow('agent', async () => Promise.reject(new RangeError('too far')));
    await expect(everyCrash(flow)).rejects.toThrow(RangeError);
  });
});

describe('everyCrash finds', () => {
  test('a result that is another one after a crash, and says where', async () => {
    const error = await crashError(
      everyCrash(
        (reprise) => {
          const process = ++processes;
          return reprise.flow('agent', async (topic: string) => `${await say(topic)} in process ${process}`);
        },
        'otters',
        { before: startCounting },
      ),
    );
    expect(error).toMatchObject({
      code: 'REPRISE_CRASH_TEST',
      crashes: [{ write: 1, landed: false, what: 'segment 0 of crash-test' }],
      expected: 'otters in process 1',
      actual: 'otters in process 2',
    });
    expect(error.message).toBe(
      `Flow 'agent' does not survive a crash at write 1, segment 0 of crash-test, which did not land: its result is another one.
  expected 'otters in process 1'
  actual   'otters in process 2'`,
    );
  });

  test('an error in the place of a result, and keeps it as the cause', async () => {
    const error = await crashError(
      everyCrash(
        (reprise) => {
          const isFirst = ++processes === 1;
          return reprise.flow('agent', async (topic: string) => {
            if (isFirst) return say(topic);
            throw new RangeError('out of words');
          });
        },
        'otters',
        { before: startCounting },
      ),
    );
    expect(error.message).toContain("expected 'otters'\n  actual   RangeError: out of words");
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('a flow that differs without a crash, and says so', async () => {
    let runs = 0;
    const flow = (reprise: Reprise) => reprise.flow('agent', async () => say(`run ${runs++}`));
    const error = await crashError(everyCrash(flow));
    expect(error.message).toContain('Two runs without a crash differ as well');
  });

  test('a call that is left out after a crash, though the result is the same', async () => {
    const error = await crashError(
      everyCrash(
        (reprise) => {
          const isFirst = ++processes === 1;
          return reprise.flow('agent', async (topic: string) => {
            if (isFirst) await say('a word of greeting');
            return say(topic);
          });
        },
        'otters',
        { before: startCounting },
      ),
    );
    expect(error.message).toContain("checkpoint 'say' of flow 'agent' was left out after the crash");
    expect(error).toMatchObject({ expected: 1, actual: 0 });
  });

  test('an effect that happens twice', async () => {
    const sent: string[] = [];
    const send = checkpoint('send', async (text: string) => {
      sent.push(text);
    });
    const error = await crashError(
      everyCrash((reprise) => reprise.flow('agent', async (topic: string) => send(topic)), 'otters', {
        before: () => {
          sent.length = 0;
        },
        effects: () => sent,
      }),
    );
    expect(error.message).toContain('its effects are others');
    expect(error).toMatchObject({
      crashes: [{ what: 'segment 1 of crash-test', landed: false }],
      expected: ['otters'],
      actual: ['otters', 'otters'],
    });
  });

  test('no fault in an effect that is the same when it is done twice', async () => {
    const sent = new Map<string, string>();
    const send = checkpoint('send', async (text: string) => {
      sent.set(current().call?.idempotencyKey ?? '', text);
    });
    const report = await everyCrash(
      (reprise) => reprise.flow('agent', async (topic: string) => send(topic)),
      'otters',
      {
        before: () => sent.clear(),
        effects: () => [...sent.values()],
      },
    );
    expect(report.crashes.some(({ repeated }) => repeated.includes('send'))).toBe(true);
  });

  test('a flow that does not come to an end, and what it is at', async () => {
    const error = await crashError(
      everyCrash(
        (reprise) => {
          const isFirst = ++processes === 1;
          const linger = checkpoint('linger', () => (isFirst ? 'short' : new Promise<string>(() => {})));
          return reprise.flow('agent', async () => linger());
        },
        undefined,
        { before: startCounting, limit: 50 },
      ),
    );
    expect(error.message).toContain('it has not come to an end within 50 ms');
    expect(error.actual).toBe("at work: checkpoint 'linger'");
  });

  test('a wait that nobody answers, before it crashes anything', async () => {
    const error = await crashError(everyCrash((reprise) => reprise.flow('agent', async () => wait('approve'))));
    expect(error.crashes).toEqual([]);
    expect(error.message).toContain(
      "Flow 'agent' cannot be tested: it waits for 'approve', and the option 'answers' has nothing of that name.",
    );
  });

  test('an answer that does not fit, and why', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'too short' }] }) },
    };
    const error = await crashError(
      everyCrash(
        (reprise) => reprise.flow('agent', async () => wait('approve', { schema: schema as never })),
        undefined,
        { answers: { approve: 'y' } },
      ),
    );
    expect(error.message).toContain("the answer to wait 'approve' was refused");
    expect(error.actual).toContain('too short');
  });

  test('a call left in doubt that the test has no answer for', async () => {
    const send = checkpoint('send', async () => {}, { effect: 'once' });
    const error = await crashError(everyCrash((reprise) => reprise.flow('agent', async () => send())));
    expect(error.message).toContain("it waits for 'send in doubt', and the option 'answers' has nothing of that name");
  });
});

describe('everyCrash ends a process', () => {
  test('so that bodies under way come to their end, before the next process begins', async () => {
    const diary: string[] = [];
    const write = checkpoint('write', async (text: string) => {
      diary.push('begins');
      await realTime(5);
      diary.push('ends');
      return text;
    });
    const report = await everyCrash(
      (reprise) => {
        diary.push('process');
        return reprise.flow('agent', async (topic: string) => Promise.all([write(topic), say(topic)]));
      },
      'otters',
      {
        before: () => {
          diary.length = 0;
        },
        effects: () => {
          // No process begins while a body of the one before is at work.
          expect(diary.join(' ')).not.toMatch(/begins process/);
          return diary.includes('begins');
        },
      },
    );
    expect(report.crashes.some(({ repeated }) => repeated.includes('write'))).toBe(true);
  });

  test('so that it makes no call any more, whatever code of it still runs', async () => {
    let survivors = 0;
    const late: number[] = [];
    await everyCrash(
      (reprise) => {
        const process = ++processes;
        const note = checkpoint('note', async () => {
          if (process !== processes) late.push(process);
        });
        return reprise.flow('agent', async (topic: string) => {
          const begun = say(topic);
          // No call, so nothing of the engine's stops here when the process ends. On a busy machine the next one takes a while.
          for (let i = 0; i < 20 && process === processes; i++) await realTime(2);
          if (process !== processes) survivors++;
          await note();
          return begun;
        });
      },
      'otters',
      { before: startCounting },
    );
    expect(survivors).toBeGreaterThan(0);
    expect(late).toEqual([]);
  });

  test('and goes on with the next one as a worker does that recovers what was left behind', async () => {
    const resumed: unknown[] = [];
    await everyCrash((reprise) => reprise.flow('agent', async (topic: string) => say(topic)), 'otters', {
      engine: { observe: ({ type }) => resumed.push(type) },
    });
    expect(resumed.filter((type) => type === 'resumed').length).toBeGreaterThanOrEqual(6);
  });
});

test('everyCrash is typed by the flow that it is given', () => {
  const makeFlow = (reprise: Reprise) => reprise.flow('agent', async (topic: string) => topic.length);
  const types = () => {
    expectTypeOf(everyCrash(makeFlow, 'otters')).resolves.toEqualTypeOf<CrashReport<number>>();
    // @ts-expect-error the flow takes a string
    void everyCrash(makeFlow, 3);
    // @ts-expect-error the flow needs its input
    void everyCrash(makeFlow);
    void everyCrash((reprise) => reprise.flow('agent', async () => 'no input'));
    void everyCrash((reprise) => reprise.flow('agent', async () => 'no input'), undefined, {
      answers: { approve: (wait: OpenWait) => wait.name },
    });
    // @ts-expect-error a depth of 3 is more than is done
    void everyCrash(makeFlow, 'otters', { depth: 3 });
  };
  expect(types).toBeTypeOf('function');
});
