import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { checkpoint, type Override, sleep, wait } from '../../src/index.ts';
import { failure, type Processes, processes, waiting } from '../processes.ts';

interface Reply {
  readonly say?: string;
  readonly use?: string;
}

/** An agent: a model in a loop, with tools, whose list of messages grows in plain code. */
function agent(all: Processes, replies: (messages: readonly string[]) => Reply) {
  const { reprise, story } = all.start();
  const made: string[] = [];
  const model = (messages: string[]) =>
    call<Reply>({
      kind: 'llm',
      name: 'model',
      input: { model: 'small', messages: [...messages] },
      run: () => {
        made.push(`model ${messages.length}`);
        return replies(messages);
      },
    });
  const tool = (name: string) =>
    call<string>({
      kind: 'tool',
      name,
      input: name,
      run: () => {
        made.push(name);
        return `${name} is done`;
      },
    });
  const flow = reprise.flow('agent', async (task: string) => {
    const messages = [task];
    for (;;) {
      const reply = await model(messages);
      if (reply.use === undefined) return { reply: reply.say, messages };
      messages.push(await tool(reply.use));
    }
  });
  return { reprise, flow, made, story };
}

const twoTools = (messages: readonly string[]): Reply =>
  messages.length < 3 ? { use: messages.length === 1 ? 'search' : 'book' } : { say: messages.join(', ') };

async function recordedAgent() {
  const all = processes();
  const it = agent(all, twoTools);
  await (await it.flow.start('fly', { id: 'source' })).result();
  it.made.length = 0;
  const replay = async (overrides: Record<string, Override>, options = {}) => {
    const handle = await it.reprise.executions.replay('source', { overrides, ...options });
    return { id: handle.id, result: await handle.result() };
  };
  return { all, ...it, replay };
}

describe('an output', () => {
  test('reaches the message list of a loop, and the calls that follow from it', async () => {
    const { replay, made } = await recordedAgent();
    const { result } = await replay({ search: { output: 'nothing was found' } });
    expect(result).toEqual({
      reply: 'fly, nothing was found, book is done',
      messages: ['fly', 'nothing was found', 'book is done'],
    });
    expect(made).toEqual(['model 2', 'book', 'model 3']);
  });

  test('decides which way an if takes', async () => {
    const { replay, made } = await recordedAgent();
    const { result } = await replay({ 'model#2': { output: { say: 'enough' } } });
    expect(result).toEqual({ reply: 'enough', messages: ['fly', 'search is done'] });
    expect(made).toEqual([]);
  });

  test('of the last call is the result of the flow', async () => {
    const { replay, made } = await recordedAgent();
    const { result } = await replay({ 'model#3': { output: { say: 'bye' } } });
    expect(result).toMatchObject({ reply: 'bye' });
    expect(made).toEqual([]);
  });

  test('of a call that must not be made keeps it from being made, although the code takes another way to it', async () => {
    const { replay, made } = await recordedAgent();
    const { result } = await replay({
      'model#1': { output: { use: 'look around' } },
      book: { output: 'pretended' },
    });
    expect(made).toEqual(['look around', 'model 2', 'model 3']);
    expect(result).toMatchObject({ messages: ['fly', 'look around is done', 'pretended'] });
  });

  test('is shown as what it is, and was neither made nor paid for', async () => {
    const { replay, reprise, story } = await recordedAgent();
    const { id } = await replay({ 'model#3': { output: { say: 'bye' } } });
    const { journal, calls } = await reprise.executions.get(id);
    expect(journal.map(({ path, keptFrom, overridden }) => [path, keptFrom, overridden])).toEqual([
      ['model', 'source', undefined],
      ['search', 'source', undefined],
      ['model#2', 'source', undefined],
      ['book', 'source', undefined],
      ['model#3', undefined, 'output'],
    ]);
    expect(calls).toEqual({ made: 0, served: 5 });
    expect(story.slice(-6).every((event) => !event.startsWith('made'))).toBe(true);
    expect((await reprise.costs.report({ execution: id })).totals.attempts).toBe(0);
  });

  test('of a stream is a row of chunks, or a value', async () => {
    const { reprise } = processes().start();
    const flow = reprise.flow('talk', async () => {
      const chunks: string[] = [];
      const stream = callStream<string>({
        kind: 'llm',
        name: 'model',
        input: 'hi',
        async *run() {
          yield* ['he', 'llo'];
        },
        toChunks: (value) => [...String(value)],
      });
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    });
    await (await flow.start(undefined, { id: 'source' })).result();
    const replay = async (output: unknown) =>
      (await reprise.executions.replay('source', { overrides: { model: { output } } })).result();
    expect(await replay(['good', 'bye'])).toEqual(['good', 'bye']);
    expect(await replay('yes')).toEqual(['y', 'e', 's']);
  });

  test('of a call inside of another one is met there, and the outer one is made again', async () => {
    const { reprise } = processes().start();
    const inner = checkpoint('inner', async (n: number) => n);
    const outer = checkpoint('outer', async () => (await inner(1)) + (await inner(2)));
    const flow = reprise.flow('nested', async () => [await outer(), await outer()]);
    expect(await (await flow.start(undefined, { id: 'source' })).result()).toEqual([3, 3]);
    for (const reuse of ['before', 'unchanged'] as const) {
      const replay = await reprise.executions.replay('source', {
        overrides: { 'outer#2/inner#2': { output: 40 } },
        reuse,
      });
      expect(await replay.result()).toEqual([3, 41]);
    }
  });
});

describe('an error', () => {
  test('is thrown where the call is made, so that a catch takes its path', async () => {
    const { reprise } = processes().start();
    const fetch = checkpoint('fetch', async () => 'page');
    const flow = reprise.flow('careful', async () => {
      try {
        return await fetch();
      } catch (error) {
        return `caught ${(error as Error).name}: ${(error as Error).message}`;
      }
    });
    await (await flow.start(undefined, { id: 'source' })).result();
    const replay = async (error: Extract<Override, { error: unknown }>['error']) =>
      (await reprise.executions.replay('source', { overrides: { fetch: { error } } })).result();
    expect(await replay('timeout')).toBe('caught Error: timeout');
    expect(await replay({ name: 'RateLimit', message: '429' })).toBe('caught RateLimit: 429');
    expect(await replay(new TypeError('no'))).toBe('caught TypeError: no');
  });
});

describe('another input', () => {
  test('of a checkpoint is the array of its arguments: it is made with them', async () => {
    const { reprise } = processes().start();
    const add = checkpoint('add', async (a: number, b: number) => a + b);
    const flow = reprise.flow('sum', async () => add(1, await add(2, 3)));
    await (await flow.start(undefined, { id: 'source' })).result();
    const replay = await reprise.executions.replay('source', { overrides: { 'add#2': { input: [100, 200] } } });
    expect(await replay.result()).toBe(300);
    const { journal } = await reprise.executions.get(replay.id);
    expect(journal[1]).toMatchObject({ input: [100, 200], output: 300, overridden: 'input' });
  });

  test('of a flow inside of a flow is given to the child', async () => {
    const { reprise } = processes().start();
    const child = reprise.flow('child', async (n: number) => n * 2);
    const flow = reprise.flow('parent', async () => child(1));
    await (await flow.start(undefined, { id: 'source' })).result();
    const replay = await reprise.executions.replay('source', { overrides: { child: { input: 21 } } });
    expect(await replay.result()).toBe(42);
  });

  test('and another model are given to a model call by its adapter', async () => {
    const { reprise } = processes().start();
    const request = ({ model, prompt }: { model: string; prompt: string }) => ({
      input: { model, prompt },
      run: () => `${model}: ${prompt}`,
    });
    const flow = reprise.flow('ask', async () => {
      const own = { model: 'small', prompt: 'hi' };
      return call<string>({
        kind: 'llm',
        name: 'model',
        ...request(own),
        change: ({ input, model }) =>
          request({ ...own, ...(input?.value as object), ...(model === undefined ? {} : { model }) }),
      });
    });
    await (await flow.start(undefined, { id: 'source' })).result();
    const replay = async (override: Override) => {
      const handle = await reprise.executions.replay('source', { overrides: { model: override } });
      const result = await handle.result();
      const [made] = (await reprise.executions.get(handle.id)).journal;
      return [result, made?.input, made?.overridden];
    };
    expect(await replay({ model: 'large' })).toEqual(['large: hi', { model: 'large', prompt: 'hi' }, 'model']);
    expect(await replay({ input: { prompt: 'bye' }, model: 'large' })).toEqual([
      'large: bye',
      { model: 'large', prompt: 'bye' },
      'input, model',
    ]);
  });

  test('of a call that takes none stops the replay with an error that says so', async () => {
    const { replay } = await recordedAgent();
    await expect(replay({ 'model#1': { model: 'large' } })).rejects.toThrow(
      "The override (model) of llm 'model' does not fit: it takes neither another input nor another model",
    );
  });
});

describe('a wait', () => {
  async function asked() {
    const all = processes();
    const { reprise } = all.start();
    const write = checkpoint('write', async (text: string) => text);
    const flow = reprise.flow('post', async () => {
      const title = await wait('title', { schema: v.string() });
      await write(title);
      await sleep('10 seconds');
      const isFine = await wait('approve', { question: `Publish ${title}?`, schema: v.boolean() });
      return `${title} ${isFine}`;
    });
    const go = async (id: string, name: string, value: unknown) => {
      await reprise.waits.answer(id, name, value, { by: 'ada' });
      return reprise.executions.resume(id);
    };
    await waiting((await flow.start(undefined, { id: 'source' })).result());
    const second = await go('source', 'title', 'otters');
    await all.pass(11_000);
    await waiting(second.result());
    await (await go('source', 'approve', true)).result();
    return { all, reprise, go };
  }

  test('that was answered before keeps its answer, and one that comes later is asked anew', async () => {
    const { all, reprise, go } = await asked();
    const replay = await reprise.executions.replay('source', { from: 'write', id: 'replay' });
    await all.pass(11_000);
    const { waits } = await waiting(replay.result());
    expect(waits.map(({ name, execution }) => [name, execution])).toEqual([['approve', 'replay']]);
    expect(await (await go('replay', 'approve', false)).result()).toBe('otters false');
  });

  test('is given another answer, which is checked as any other, and says by whom', async () => {
    const { all, reprise } = await asked();
    const replay = await reprise.executions.replay('source', { overrides: { approve: { answer: false } } });
    expect(await replay.result()).toBe('otters false');
    const { journal } = await reprise.executions.get(replay.id);
    expect(journal.at(-1)).toMatchObject({ name: 'approve', output: false, by: 'replay' });

    const bad = await reprise.executions.replay('source', { overrides: { approve: { answer: 'maybe' } } });
    const { waits } = await waiting(bad.result());
    expect(waits[0]).toMatchObject({ name: 'approve', attempt: 2 });
    expect(waits[0]?.refused).toMatch(/boolean/i);
    await all.pass(0);
  });

  test('with `unchanged` keeps its answer while its question is the same', async () => {
    const { reprise } = await asked();
    const same = await reprise.executions.replay('source', { from: 'write', reuse: 'unchanged' });
    expect(await same.result()).toBe('otters true');
    const other = await reprise.executions.replay('source', {
      overrides: { title: { answer: 'badgers' } },
      reuse: 'unchanged',
    });
    expect((await waiting(other.result())).waits[0]).toMatchObject({ name: 'approve', question: 'Publish badgers?' });
  });
});

test('a call with effect once is made in a replay, and nobody is asked about the source', async () => {
  const { reprise } = processes().start();
  let paid = 0;
  const pay = checkpoint('pay', async () => ++paid, { effect: 'once' });
  const flow = reprise.flow('order', async () => pay());
  await (await flow.start(undefined, { id: 'source' })).result();
  const replay = await reprise.executions.replay('source', { from: 'pay' });
  expect(await replay.result()).toBe(2);
});

test('an output that the call cannot read stops the replay, and is not recorded', async () => {
  const { reprise } = processes().start();
  const flow = reprise.flow('typed', async () =>
    call<number>({
      kind: 'llm',
      name: 'model',
      input: 1,
      run: () => 1,
      codec: { encode: (value) => ({ value }), decode: (stored) => (stored as { value: number }).value.valueOf() },
    }),
  );
  await (await flow.start(undefined, { id: 'source' })).result();
  const handle = await reprise.executions.replay('source', { overrides: { model: { output: {} } }, id: 'bad' });
  expect((await failure(handle.result())).message).toMatch(/The override \(output\) of llm 'model' does not fit/);
  expect((await reprise.executions.get('bad')).journal).toEqual([]);
});

test('what is given for a call is not given to a call of another branch that comes before it', async () => {
  const { reprise } = processes().start();
  const ask = checkpoint('ask', async (question: string) => `answer to ${question}`);
  let pace = { left: 0, right: 1 };
  const flow = reprise.flow('branches', async () => {
    const branch = async (side: 'left' | 'right') => {
      const work = async () => {
        for (let turns = pace[side]; turns > 0; turns--) await new Promise(setImmediate);
      };
      await work();
      return ask(side);
    };
    return Promise.all([branch('left'), branch('right')]);
  });
  await (await flow.start(undefined, { id: 'source' })).result();
  pace = { left: 3, right: 0 };
  for (const reuse of ['before', 'unchanged'] as const) {
    const overrides = { 'ask#1': { output: 'GIVEN' } };
    const replay = await reprise.executions.replay('source', { overrides, reuse });
    expect(await replay.result()).toEqual(['GIVEN', 'answer to right']);
  }
});
