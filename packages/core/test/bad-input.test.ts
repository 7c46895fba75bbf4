import { describe, expect, test } from 'vitest';
import {
  AnswerRefusedError,
  checkpoint,
  current,
  InputMismatchError,
  log,
  NotFoundError,
  now,
  Reprise,
  type RepriseError,
  random,
  StateError,
  StoreOpenError,
  sleep,
  UnknownFlowError,
  UnstorableValueError,
  UsageError,
  uuid,
  wait,
} from '../src/index.ts';
import { failure, never, processes, waiting } from './processes.ts';

// Bad input comes from code without types, too.
// biome-ignore lint/suspicious/noExplicitAny: the wrong types are what is tested
type Any = any;

interface Case {
  /** What is done, as it would be typed. */
  readonly does: string;
  readonly by: (reprise: Reprise) => unknown;
  readonly error: new (...args: never[]) => RepriseError;
  /** A telling part of the message. */
  readonly says: RegExp;
}

const inFlow = (program: () => unknown) => (reprise: Reprise) => reprise.flow('f', async () => program())();
const bad = (does: string, by: Case['by'], error: Case['error'], says: RegExp): Case => ({ does, by, error, says });

const ok = async () => 1;
const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const table: Record<string, Case[]> = {
  'new Reprise and configure': [
    bad(
      'new Reprise(null)',
      () => new Reprise(null as Any),
      UsageError,
      /options of new Reprise\(\) must be an object; they were null/,
    ),
    bad(
      'new Reprise("redis://x")',
      () => new Reprise('redis://x' as Any),
      UsageError,
      /must be an object; they were 'redis/,
    ),
    bad(
      'new Reprise({ strore })',
      () => new Reprise({ strore: 'memory:' } as Any),
      UsageError,
      /no option 'strore'. It takes: store, /,
    ),
    bad('new Reprise({ toString })', () => new Reprise({ toString: 1 } as Any), UsageError, /no option 'toString'/),
    bad(
      '{ observe: {} }',
      () => new Reprise({ observe: {} as Any }),
      UsageError,
      /'observe' of new Reprise\(\) must be a function/,
    ),
    bad(
      '{ redact: true }',
      () => new Reprise({ redact: true as Any }),
      UsageError,
      /'redact' .* must be a function; it was true/,
    ),
    bad('{ encrypt: "" }', () => new Reprise({ encrypt: '' }), UsageError, /'encrypt' .* a string that is not empty/),
    bad(
      '{ lease: 5 }',
      () => new Reprise({ lease: 5 }),
      UsageError,
      /'lease' .* a whole number of at least 100; it was 5/,
    ),
    bad('{ patience: -1 }', () => new Reprise({ patience: -1 }), UsageError, /'patience' .* at least 0/),
    bad('{ poll: 0.5 }', () => new Reprise({ poll: 0.5 }), UsageError, /'poll' .* a whole number of at least 1/),
    bad('{ deadline: "10s" }', () => new Reprise({ deadline: '10s' as Any }), UsageError, /'deadline' .* it was '10s'/),
    bad(
      'configure({ nothing })',
      (r) => r.configure({ nothing: 1 } as Any),
      UsageError,
      /configure has no option 'nothing'/,
    ),
    bad(
      'configure after use',
      async (r) => {
        await r.flow('f', ok)();
        r.configure({ poll: 9 });
      },
      UsageError,
      /before the first flow runs/,
    ),
  ],
  'the store': [
    bad(
      'an unknown scheme',
      () => new Reprise({ store: 'mongo://x' }).flow('f', ok)(),
      StoreOpenError,
      /"mongo:\/\/x" names no store.*sqlite:/,
    ),
    bad(
      'a path without a scheme',
      () => new Reprise({ store: './data.db' }).flow('f', ok)(),
      StoreOpenError,
      /names no store/,
    ),
    bad(
      'an object that is none',
      () => new Reprise({ store: {} as Any }).flow('f', ok)(),
      StoreOpenError,
      /a URI, a Keyv or a Driver/,
    ),
    bad('a Map', () => new Reprise({ store: new Map() as Any }).flow('f', ok)(), StoreOpenError, /wrap it, new Keyv/),
  ],
  flow: [
    bad(
      "flow('')",
      (r) => r.flow('', ok),
      UsageError,
      /A flow's name must be a string of 1 to 200 characters on one line; it was ''/,
    ),
    bad('flow(7)', (r) => r.flow(7 as Any, ok), UsageError, /flow's name .* it was 7/),
    bad('a name of two lines', (r) => r.flow('a\nb', ok), UsageError, /on one line/),
    bad('a long name', (r) => r.flow('a'.repeat(201), ok), UsageError, /1 to 200 characters/),
    bad(
      "flow('f')",
      (r) => r.flow('f', undefined as Any),
      UsageError,
      /body of flow 'f' must be a function; it was undefined/,
    ),
    bad("flow('f', {})", (r) => r.flow('f', {} as Any), UsageError, /must be a function; it was an object/),
    bad(
      'two of one name',
      (r) => {
        r.flow('f', ok);
        r.flow('f', ok);
      },
      UsageError,
      /two flows named 'f'/,
    ),
    bad(
      'an unknown option',
      (r) => r.flow('f', ok, { retries: 3 } as Any),
      UsageError,
      /flow 'f' has no option 'retries'. It takes: onDrift/,
    ),
    bad(
      '{ onDrift: "ignore" }',
      (r) => r.flow('f', ok, { onDrift: 'ignore' as Any }),
      UsageError,
      /'reuse' or 'rerun' or 'error'; it was 'ignore'/,
    ),
    bad(
      '{ onDivergence: "reuse" }',
      (r) => r.flow('f', ok, { onDivergence: 'reuse' as Any }),
      UsageError,
      /'error' or 'rerun'/,
    ),
    bad(
      '{ durability: "none" }',
      (r) => r.flow('f', ok, { durability: 'none' as Any }),
      UsageError,
      /'sync' or 'async'/,
    ),
    bad('{ version: 2 }', (r) => r.flow('f', ok, { version: 2 as Any }), UsageError, /'version' .* it was 2/),
    bad(
      'an input that cannot be stored',
      (r) => r.flow('f', async (_: unknown) => 1)({ on: () => {} }),
      UnstorableValueError,
      /input\.on is a function/,
    ),
    bad(
      'an input that contains itself',
      (r) => r.flow('f', async (_: unknown) => 1)(cycle),
      UnstorableValueError,
      /input\.self is a reference to an object that contains it/,
    ),
    bad(
      'a result that cannot be stored',
      (r) => r.flow('f', async () => Symbol('x'))(),
      UnstorableValueError,
      /result is a symbol/,
    ),
  ],
  start: [
    bad(
      "start(1, 'id')",
      (r) => r.flow('f', ok).start(1, 'id' as Any),
      UsageError,
      /options of start of flow 'f' must be an object; they were 'id'/,
    ),
    bad(
      "{ id: '' }",
      (r) => r.flow('f', ok).start(1, { id: '' }),
      UsageError,
      /'id' of start of flow 'f' .* it was ''/,
    ),
    bad('{ id: 7 }', (r) => r.flow('f', ok).start(1, { id: 7 as Any }), UsageError, /'id' .* it was 7/),
    bad(
      'an id that no other function takes',
      (r) => r.flow('f', ok).start(1, { id: 'a\nb' }),
      UsageError,
      /'id' .* on one line/,
    ),
    bad(
      '{ take: true }',
      (r) => r.flow('f', ok).start(1, { take: true } as Any),
      UsageError,
      /no option 'take'. It takes: id, takeover/,
    ),
    bad(
      '{ takeover: 1 }',
      (r) => r.flow('f', ok).start(1, { takeover: 1 as Any }),
      UsageError,
      /'takeover' .* true or false/,
    ),
    bad(
      'another input',
      async (r) => {
        const f = r.flow('f', async (_: number) => 1);
        await f.start(1, { id: 'x' });
        await f.start(2, { id: 'x' });
      },
      InputMismatchError,
      /another input/,
    ),
  ],
  checkpoint: [
    bad("checkpoint('')", () => checkpoint('', ok), UsageError, /A checkpoint's name .* it was ''/),
    bad(
      "checkpoint('c', 5)",
      () => checkpoint('c', 5 as Any),
      UsageError,
      /body of checkpoint 'c' must be a function; it was 5/,
    ),
    bad(
      'an unknown option',
      () => checkpoint('c', ok, { retries: 3 } as Any),
      UsageError,
      /checkpoint 'c' has no option 'retries'. It takes: retry, timeout, effect, digest/,
    ),
    bad(
      '{ retry: 0 }',
      () => checkpoint('c', ok, { retry: 0 }),
      UsageError,
      /'retry' .* a whole number of at least 1; it was 0/,
    ),
    bad('{ retry: -1 }', () => checkpoint('c', ok, { retry: -1 }), UsageError, /at least 1/),
    bad(
      '{ retry: "3" }',
      () => checkpoint('c', ok, { retry: '3' as Any }),
      UsageError,
      /a number of attempts or a policy; it was '3'/,
    ),
    bad(
      '{ retry: null }',
      () => checkpoint('c', ok, { retry: null as Any }),
      UsageError,
      /'retry' .*|retry policy of checkpoint 'c' must be an object/,
    ),
    bad(
      '{ retry: { tries } }',
      () => checkpoint('c', ok, { retry: { tries: 3 } as Any }),
      UsageError,
      /the retry policy of checkpoint 'c' has no option 'tries'/,
    ),
    bad(
      '{ retry: { attempts: 1.5 } }',
      () => checkpoint('c', ok, { retry: { attempts: 1.5 } }),
      UsageError,
      /'attempts' .* a whole number/,
    ),
    bad(
      '{ retry: { jitter: 2 } }',
      () => checkpoint('c', ok, { retry: { jitter: 2 } }),
      UsageError,
      /'jitter' .* a number from 0 to 1; it was 2/,
    ),
    bad(
      '{ retry: { backoff: NaN } }',
      () => checkpoint('c', ok, { retry: { backoff: Number.NaN } }),
      UsageError,
      /'backoff' .* it was NaN/,
    ),
    bad(
      '{ retry: { retryOn: Error } } as text',
      () => checkpoint('c', ok, { retry: { retryOn: 'Error' as Any } }),
      UsageError,
      /'retryOn' .* a function/,
    ),
    bad(
      '{ timeout: 0 }',
      () => checkpoint('c', ok, { timeout: 0 }),
      UsageError,
      /'timeout' of checkpoint 'c' must be longer than nothing; it was 0/,
    ),
    bad(
      "{ timeout: 'soon' }",
      () => checkpoint('c', ok, { timeout: 'soon' }),
      UsageError,
      /'timeout' must be a number of milliseconds or words like '30 seconds'.* it was 'soon'/,
    ),
    bad(
      "{ effect: 'twice' }",
      () => checkpoint('c', ok, { effect: 'twice' as Any }),
      UsageError,
      /'effect' .* 'once'; it was 'twice'/,
    ),
    bad('{ digest: "x" }', () => checkpoint('c', ok, { digest: 'x' as Any }), UsageError, /'digest' .* a function/),
    bad(
      'outside of a flow',
      () => checkpoint('c', ok)(),
      UsageError,
      /Checkpoint 'c' was called outside of a flow. Wrap the code in one: .* Or .*: npx reprise run <file>\./,
    ),
    bad(
      'an input that cannot be stored',
      inFlow(() => checkpoint('c', async (_: Any) => 1)({ on: new WeakMap() })),
      UnstorableValueError,
      /input\[0\]\.on is an instance of WeakMap/,
    ),
    bad(
      'a result that cannot be stored',
      inFlow(() => checkpoint('c', async () => [{ now: ok() }])()),
      UnstorableValueError,
      /result\[0\]\.now is a promise \(is an await missing\?\)/,
    ),
    bad(
      'a digest that cannot be stored',
      inFlow(() => checkpoint('c', ok, { digest: () => () => {} })()),
      UnstorableValueError,
      /input is a function/,
    ),
  ],
  'wait and sleep': [
    bad(
      "wait('')",
      inFlow(() => wait('')),
      UsageError,
      /A wait's name .* it was ''/,
    ),
    bad(
      'wait()',
      inFlow(() => (wait as Any)()),
      UsageError,
      /A wait's name .* it was undefined/,
    ),
    bad(
      'an unknown option',
      inFlow(() => wait('w', { timeout: 5 } as Any)),
      UsageError,
      /wait 'w' has no option 'timeout'. It takes: question, schema, deadline, default/,
    ),
    bad(
      '{ question: 7 }',
      inFlow(() => wait('w', { question: 7 as Any })),
      UsageError,
      /'question' of wait 'w'/,
    ),
    bad(
      '{ schema: {} }',
      inFlow(() => wait('w', { schema: { type: 'string' } as Any })),
      UsageError,
      /'schema' of wait 'w' must be a Standard Schema, such as z.boolean\(\)/,
    ),
    bad(
      "{ deadline: 'soon' }",
      inFlow(() => wait('w', { deadline: 'soon' })),
      UsageError,
      /'deadline' .* it was 'soon'/,
    ),
    bad(
      '{ deadline: an invalid date }',
      inFlow(() => wait('w', { deadline: new Date('x') })),
      UsageError,
      /'deadline' is an invalid Date/,
    ),
    bad(
      'a default without a deadline',
      inFlow(() => wait('w', { default: 1 })),
      UsageError,
      /a default and no deadline/,
    ),
    bad(
      'a default that cannot be stored',
      inFlow(() => wait('w', { default: () => {}, deadline: 5 })),
      UnstorableValueError,
      /default is a function/,
    ),
    bad('outside of a flow', () => wait('w'), UsageError, /wait\('w'\) was called outside of a flow/),
    bad(
      "sleep('soon')",
      inFlow(() => sleep('soon')),
      UsageError,
      /The length of a sleep .* it was 'soon'/,
    ),
    bad(
      'sleep(-1)',
      inFlow(() => sleep(-1)),
      UsageError,
      /it was -1/,
    ),
    bad(
      'sleep(NaN)',
      inFlow(() => sleep(Number.NaN)),
      UsageError,
      /it was NaN/,
    ),
    bad('sleep outside of a flow', () => sleep(5), UsageError, /sleep\(\) was called outside of a flow/),
  ],
  'values and log': [
    bad('now outside', () => now(), UsageError, /now\(\) was called outside of a flow/),
    bad('random outside', () => random(), UsageError, /random\(\) was called outside/),
    bad('uuid outside', () => uuid(), UsageError, /uuid\(\) was called outside/),
    bad('current outside', () => current(), UsageError, /current\(\) was called outside/),
    bad('log outside', () => log({}), UsageError, /log\(\) was called outside/),
    bad(
      "log('text')",
      inFlow(() => log('text' as Any)),
      UsageError,
      /log\(\) takes an object, as in log\(\{ sources: 12 \}\)/,
    ),
    bad(
      'log([1])',
      inFlow(() => log([1] as Any)),
      UsageError,
      /log\(\) takes an object/,
    ),
    bad(
      'log of what cannot be stored',
      inFlow(() => log({ on: () => {} })),
      UnstorableValueError,
      /log\.on is a function/,
    ),
  ],
  executions: [
    bad(
      'list({ state })',
      (r) => r.executions.list({ state: 'failed' } as Any),
      UsageError,
      /executions.list has no option 'state'. It takes: flow, status, parent, limit/,
    ),
    bad(
      "list({ status: 'done' })",
      (r) => r.executions.list({ status: 'done' as Any }),
      UsageError,
      /'running' or 'waiting' .* it was 'done'/,
    ),
    bad('list({ limit: 0 })', (r) => r.executions.list({ limit: 0 }), UsageError, /'limit' .* at least 1/),
    bad('get()', (r) => r.executions.get(undefined as Any), UsageError, /An execution's id .* it was undefined/),
    bad("get('nobody')", (r) => r.executions.get('nobody'), NotFoundError, /no execution 'nobody'/),
    bad("watch('')", (r) => first(r.executions.watch('')), UsageError, /An execution's id/),
    bad(
      'watch({ every })',
      (r) => first(r.executions.watch('x', { every: 5 } as Any)),
      UsageError,
      /executions.watch has no option 'every'/,
    ),
    bad(
      'watch({ interval: 0 })',
      (r) => first(r.executions.watch('x', { interval: 0 })),
      UsageError,
      /'interval' .* at least 1/,
    ),
    bad(
      'watch({ signal: true })',
      (r) => first(r.executions.watch('x', { signal: true as Any })),
      UsageError,
      /'signal' .* an AbortSignal/,
    ),
    bad(
      "resume('nobody')",
      (r) => r.executions.resume('nobody'),
      NotFoundError,
      /no execution 'nobody' .*executions\.list\(\)/,
    ),
    bad(
      'resume({ force })',
      (r) => r.executions.resume('x', { force: true } as Any),
      UsageError,
      /no option 'force'. It takes: takeover/,
    ),
    bad(
      'resume of an unknown flow',
      async (r) => {
        await waiting((await r.flow('f', () => wait('w')).start(undefined, { id: 'x' })).result());
        await r.close();
        await other(r).executions.resume('x');
      },
      UnknownFlowError,
      /no flow 'f'/,
    ),
    bad(
      "cancel('nobody')",
      (r) => r.executions.cancel('nobody'),
      NotFoundError,
      /no execution 'nobody' .*executions\.list\(\)/,
    ),
    bad(
      'cancel({ why })',
      (r) => r.executions.cancel('x', { why: 'x' } as Any),
      UsageError,
      /no option 'why'. It takes: reason, by/,
    ),
    bad(
      'cancel of a completed one',
      async (r) => {
        await (await r.flow('f', ok).start(undefined, { id: 'x' })).result();
        await r.executions.cancel('x');
      },
      StateError,
      /has completed; there is nothing to cancel/,
    ),
    bad("delete('nobody')", (r) => r.executions.delete('nobody'), NotFoundError, /no execution 'nobody'/),
    bad(
      'delete of a running one',
      async (r) => {
        await r.flow('f', () => never()).start(undefined, { id: 'x' });
        await r.executions.delete('x');
      },
      StateError,
      /x is running. Cancel it first/,
    ),
    bad("export('nobody')", (r) => r.executions.export('nobody'), NotFoundError, /no execution 'nobody'/),
    bad('import({})', (r) => r.executions.import({} as Any), UsageError, /takes what executions.export gave/),
  ],
  waits: [
    bad(
      'list({ name })',
      (r) => r.waits.list({ name: 'w' } as Any),
      UsageError,
      /waits.list has no option 'name'. It takes: execution/,
    ),
    bad("answer('nobody', 'w')", (r) => r.waits.answer('nobody', 'w', 1), NotFoundError, /no execution 'nobody'/),
    bad("answer('x', '')", (r) => r.waits.answer('x', '', 1), UsageError, /A wait's name/),
    bad(
      'answer({ as })',
      (r) => r.waits.answer('x', 'w', 1, { as: 'me' } as Any),
      UsageError,
      /waits.answer has no option 'as'. It takes: by/,
    ),
    bad(
      'an answer that cannot be stored',
      (r) => r.waits.answer('x', 'w', () => {}),
      UnstorableValueError,
      /answer is a function/,
    ),
    bad(
      'an answer that does not fit',
      async (r) => {
        const schema = {
          '~standard': {
            version: 1 as const,
            vendor: 't',
            validate: () => ({ issues: [{ message: 'too small', path: ['a', { key: 0 }] }] }),
          },
        };
        await waiting((await r.flow('f', () => wait('w', { schema })).start(undefined, { id: 'x' })).result());
        await r.waits.answer('x', 'w', 1);
      },
      AnswerRefusedError,
      /answer to wait 'w' does not fit: a\.0: too small \(it was 1\)\. The wait is still open/,
    ),
    bad(
      'a second answer',
      async (r) => {
        await waiting((await r.flow('f', () => wait('w')).start(undefined, { id: 'x' })).result());
        await r.waits.answer('x', 'w', 1);
        await r.waits.answer('x', 'w', 2);
      },
      StateError,
      /has been answered; the first answer counts/,
    ),
    bad(
      'an answer to what has completed',
      async (r) => {
        await (await r.flow('f', ok).start(undefined, { id: 'x' })).result();
        await r.waits.answer('x', 'w', 1);
      },
      StateError,
      /x is completed; it waits for nothing/,
    ),
    bad(
      'reject({ why })',
      (r) => r.waits.reject('x', 'w', { why: 'x' } as Any),
      UsageError,
      /waits.reject has no option 'why'. It takes: by, early, reason/,
    ),
  ],
};

let shared: ReturnType<typeof processes>;

/** Another process on the same store, which has no flows. */
function other(_: Reprise): Reprise {
  return shared.start().reprise;
}

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

for (const [name, cases] of Object.entries(table)) {
  describe(name, () => {
    test.each(cases)('$does', async ({ by, error, says }) => {
      shared = processes();
      const { reprise } = shared.start();
      const caught = await failure((async () => by(reprise))());
      expect(caught).toBeInstanceOf(error);
      expect(caught.message).toMatch(says);
      expect((caught as RepriseError).code).toMatch(/^REPRISE_[A-Z_]+$/);
      // What a person reads is a sentence, with nothing in it that only a program could mean.
      expect(caught.message).toMatch(/\.$/);
      expect(caught.message).not.toMatch(/\[object|must be (false|undefined)/);
    });
  });
}

test('what returns a promise rejects, and never throws where it is called', () => {
  const { reprise } = processes().start();
  const calls: (() => Promise<unknown>)[] = [
    () => wait(''),
    () => sleep('soon'),
    () => checkpoint('c', ok)(),
    () => reprise.flow('f', ok).start(undefined, { id: '' }),
    () => reprise.executions.get(''),
    () => reprise.waits.answer('', '', 1),
    () => reprise.waits.list({ name: 1 } as Any),
  ];
  return Promise.all(calls.map((call) => failure(call())));
});
