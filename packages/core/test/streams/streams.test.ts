import { beforeEach, describe, expect, test } from 'vitest';
import { call, callStream, type StreamSpec } from '../../src/adapter.ts';
import { type ExecutionEvent, Reprise } from '../../src/index.ts';
import { type Driver, memoryDriver } from '../../src/store.ts';

const CHUNKS = ['Ot', 'ters ', 'hold ', 'hands.', 'stop'];

let store: Required<Driver>;
let requests: number;

beforeEach(() => {
  store = memoryDriver();
  requests = 0;
});

/** A model whose stream can be let go chunk by chunk. */
function model(chunks: readonly string[] = CHUNKS) {
  const gates = chunks.map(() => Promise.withResolvers<void>());
  const spec: StreamSpec<string> = {
    kind: 'llm',
    name: 'model',
    input: { prompt: 'otters' },
    isTerminal: (chunk) => chunk === 'stop',
    usage: (all) => ({ output_tokens: all.length }),
    async *run() {
      requests++;
      for (const [i, chunk] of chunks.entries()) {
        await gates[i]?.promise;
        yield chunk;
      }
    },
  };
  const letAll = () => {
    for (const gate of gates) gate.resolve();
  };
  return { spec, let: (i: number) => gates[i]?.resolve(), letAll };
}

async function collect(stream: AsyncIterable<string>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Runs a program as an execution of this id in a process of its own. */
async function run<T>(id: string, program: () => Promise<T>, observe?: (event: ExecutionEvent) => void): Promise<T> {
  const reprise = new Reprise({ store, ...(observe ? { observe } : {}) });
  const started = await reprise.flow('streamer', program).start(undefined, { id, takeover: true });
  return started.result();
}

describe('a stream', () => {
  test('reaches the consumer chunk by chunk, before it is over', async () => {
    const { spec, let: letGo, letAll } = model();
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const result = run('e', async () => {
      for await (const chunk of callStream(spec)) {
        seen.push(chunk);
        first.resolve();
      }
    });
    letGo(0);
    await first.promise;
    expect(seen).toEqual(['Ot']);
    letAll();
    await result;
    expect(seen).toEqual(CHUNKS);
  });

  test('is served as the same chunks, without a request', async () => {
    const { spec, letAll } = model();
    letAll();
    const failing = async () => {
      await collect(callStream(spec));
      throw new Error('after the stream');
    };
    await expect(run('e', failing)).rejects.toThrow('after the stream');
    expect(await run('e', () => collect(callStream(spec)))).toEqual(CHUNKS);
    expect(requests).toBe(1);
  });

  test('that ends without its terminal chunk has broken off, and is asked for again', async () => {
    const cut = model(CHUNKS.slice(0, -1));
    cut.letAll();
    await expect(run('e', () => collect(callStream(cut.spec)))).rejects.toThrow(
      `The stream of llm 'model' broke off after ${CHUNKS.length - 1} chunks, before its end.`,
    );
    const whole = model();
    whole.letAll();
    expect(await run('e', () => collect(callStream(whole.spec)))).toEqual(CHUNKS);
    expect(requests).toBe(2);
  });

  test('whose chunks cannot be stored fails for good where the program goes on', async () => {
    const { spec, letAll } = model();
    letAll();
    const spoilt = { ...spec, codec: { encode: () => () => {}, decode: () => '' } };
    const caught = async () => {
      const name = await collect(callStream(spoilt)).catch((error) => error.name);
      await call({ kind: 'tool', name: 'after', input: name, run: () => 1 });
      return name;
    };
    const dying = async () => {
      await caught();
      throw new Error('later');
    };
    await expect(run('e', dying)).rejects.toThrow('later');
    expect(await run('e', caught)).toBe('UnstorableValueError');
    expect(requests).toBe(1);
  });

  test('keeps its terminal chunk back until its record is durable', async () => {
    const { spec, letAll } = model();
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const slow: Driver = {
      ...store,
      async putIfAbsent(key, value) {
        if (value.includes('"stream":true')) {
          asked.resolve();
          await held.promise;
        }
        return store.putIfAbsent(key, value);
      },
    };
    const reprise = new Reprise({ store: slow });
    const seen: string[] = [];
    const flow = reprise.flow('streamer', async () => {
      for await (const chunk of callStream(spec)) seen.push(chunk);
    });
    const started = await flow.start(undefined, { id: 'e' });
    letAll();
    await asked.promise;
    expect(seen).toEqual(CHUNKS.slice(0, -1));
    held.resolve();
    await started.result();
    expect(seen).toEqual(CHUNKS);
  });

  test('that was cut by a crash is called again, and what had been shown is reported', async () => {
    const { spec, let: letGo } = model();
    const reprise = new Reprise({ store });
    const flow = reprise.flow('streamer', () => collect(callStream(spec)));
    await flow.start(undefined, { id: 'e' });
    letGo(0);
    const events: ExecutionEvent[] = [];
    const again = model();
    again.letAll();
    const chunks = await run(
      'e',
      () => collect(callStream(again.spec)),
      (event) => events.push(event),
    );
    expect(chunks).toEqual(CHUNKS);
    expect(requests).toBe(2);
    expect(events.map(({ type }) => type)).toContain('repeated');
  });

  test('is recorded whole although its consumer left early', async () => {
    const { spec, letAll } = model();
    letAll();
    const program = async () => {
      for await (const chunk of callStream(spec)) if (chunk === 'ters ') break;
      throw new Error('on purpose');
    };
    await expect(run('e', program)).rejects.toThrow('on purpose');
    const reprise = new Reprise({ store });
    await expect.poll(async () => (await reprise.executions.get('e')).journal[0]?.output).toEqual(CHUNKS);
    expect(await run('e', () => collect(callStream(spec)))).toEqual(CHUNKS);
    expect(requests).toBe(1);
  });

  test('that breaks is not an answer: the error reaches the consumer, and on resume it is called again', async () => {
    const broken: StreamSpec<string> = {
      ...model().spec,
      async *run() {
        requests++;
        yield 'Ot';
        throw new Error('the connection was lost');
      },
    };
    await expect(run('e', () => collect(callStream(broken)))).rejects.toThrow('the connection was lost');
    const whole = model();
    whole.letAll();
    expect(await run('e', () => collect(callStream(whole.spec)))).toEqual(CHUNKS);
    expect(requests).toBe(2);
  });

  test('can be served to a plain request, and a plain answer as a stream', async () => {
    const { spec, letAll } = model();
    letAll();
    const plain = {
      ...spec,
      usage: undefined as never,
      run: async () => {
        requests++;
        return CHUNKS.join('');
      },
      fromChunks: (chunks: readonly unknown[]) => chunks.join(''),
    };
    const streamed = async () => {
      await collect(callStream(spec));
      throw new Error('stop here');
    };
    await expect(run('a', streamed)).rejects.toThrow('stop here');
    expect(await run('a', () => call<string>(plain))).toBe(CHUNKS.join(''));

    const asked = async () => {
      await call<string>(plain);
      throw new Error('stop here');
    };
    await expect(run('b', asked)).rejects.toThrow('stop here');
    const toChunks = (value: unknown) => [String(value)];
    expect(await run('b', () => collect(callStream({ ...spec, toChunks })))).toEqual([CHUNKS.join('')]);
    expect(requests).toBe(2);
  });

  test('records what it used', async () => {
    const { spec, letAll } = model();
    letAll();
    await run('e', () => collect(callStream(spec)));
    const { journal } = await new Reprise({ store }).executions.get('e');
    expect(journal[0]).toMatchObject({ kind: 'llm', usage: { output_tokens: CHUNKS.length } });
  });
});
