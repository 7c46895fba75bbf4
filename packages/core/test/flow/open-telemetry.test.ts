import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, callStream } from '../../src/adapter.ts';
import { checkpoint, wait } from '../../src/index.ts';
import { failure, gate, inTime, never, type Process, processes, settled, waiting } from '../processes.ts';

let exporter: InMemorySpanExporter;

function register({ withContext = true } = {}): void {
  exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  if (withContext) context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

function unregister(): void {
  trace.disable();
  context.disable();
}

beforeEach(() => register());
afterEach(unregister);

/** The spans by their names, in the order in which they ended. */
function spans() {
  return exporter.getFinishedSpans();
}

/** Each span below that which it belongs to. */
function tree(parent?: string, depth = 0): string[] {
  return spans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...tree(span.spanContext().spanId, depth + 1)]);
}

function named(name: string) {
  const found = spans().filter((span) => span.name === name);
  if (found.length !== 1)
    throw new Error(`there are ${found.length} spans '${name}' among ${spans().map((s) => s.name)}`);
  return found[0] as (typeof found)[number];
}

const USAGE = {
  provider: 'openai',
  model: 'gpt-5',
  prompt_tokens: 12_000,
  completion_tokens: 1_500,
  prompt_tokens_details: { cached_tokens: 8_192 },
  completion_tokens_details: { reasoning_tokens: 1_024 },
};

function ask(prompt: string, run: () => Promise<string> = async () => 'an answer') {
  return call({ kind: 'llm', name: 'chat.completions', input: prompt, run, usage: () => USAGE });
}

test('an execution and its calls are spans, each below what it belongs to', async () => {
  const { reprise } = processes().start();
  const tool = (n: number) =>
    call({
      kind: 'tool',
      name: 'search',
      input: n,
      run: async () => {
        // What a framework or an HTTP client makes of its own.
        trace.getTracer('other').startSpan(`GET /${n}`).end();
        return n;
      },
    });
  const research = checkpoint('research', async () => {
    await ask('why');
    return Promise.all([tool(1), tool(2)]);
  });
  const child = reprise.flow('child', () => ask('child'));
  const f = reprise.flow('agent', async () => {
    await research();
    await child();
  });
  await trace.getTracer('user').startActiveSpan('request', async (span) => {
    await (await f.start(undefined, { id: 'x' })).result();
    span.end();
  });
  expect(tree()).toEqual([
    'request',
    '  invoke_workflow agent',
    '    checkpoint research',
    '      chat gpt-5',
    '      execute_tool search',
    '        GET /1',
    '      execute_tool search',
    '        GET /2',
    '    invoke_workflow child',
    '      chat gpt-5',
  ]);
});

test('a model call tells what it used, in the words of the GenAI conventions', async () => {
  const { reprise } = processes().start();
  await (await reprise.flow('agent', () => ask('why')).start(undefined, { id: 'x' })).result();
  const { kind, attributes, instrumentationScope } = named('chat gpt-5');
  expect([kind, instrumentationScope.name]).toEqual([SpanKind.CLIENT, '@reprise/core']);
  expect(attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-5',
    'gen_ai.usage.input_tokens': 12_000,
    'gen_ai.usage.cache_read.input_tokens': 8_192,
    'gen_ai.usage.output_tokens': 1_500,
    'gen_ai.usage.reasoning.output_tokens': 1_024,
    'reprise.execution.id': 'x',
    'reprise.flow': 'agent',
    'reprise.call.id': expect.any(String),
    'reprise.call.kind': 'llm',
    'reprise.call.name': 'chat.completions',
  });
  expect(named('invoke_workflow agent').attributes).toEqual({
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'agent',
    'reprise.execution.id': 'x',
    'reprise.flow': 'agent',
    'reprise.execution.status': 'completed',
  });
});

test('a stream is a span until its last chunk is safe', async () => {
  const { reprise } = processes().start();
  const f = reprise.flow('agent', async () => {
    const chunks = callStream({
      kind: 'llm',
      name: 'responses',
      input: 'why',
      async *run() {
        yield 1;
        trace.getTracer('other').startSpan('inside').end();
        yield 2;
      },
      usage: () => USAGE,
    });
    for await (const _ of chunks) expect(spans().map(({ name }) => name)).not.toContain('chat gpt-5');
  });
  await (await f.start(undefined, { id: 'x' })).result();
  expect(tree()).toEqual(['invoke_workflow agent', '  chat gpt-5', '    inside']);
  expect(named('chat gpt-5').attributes['gen_ai.usage.output_tokens']).toBe(1_500);
});

test('what is served after a crash is marked, and bills nothing', async () => {
  const all = processes();
  const define = ({ reprise }: Process, isFirst: boolean) =>
    reprise.flow('agent', async () => {
      await ask('why');
      await ask('how', isFirst ? never : undefined);
    });
  const first = all.start();
  void define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  exporter.reset();

  await (await define(all.start(), false).start(undefined, { id: 'x' })).result();
  expect(tree()).toEqual(['invoke_workflow agent', '  served chat.completions', '  chat gpt-5']);
  const { attributes } = named('served chat.completions');
  expect(attributes).toMatchObject({
    'reprise.served': true,
    'reprise.saved.input_tokens': 12_000,
    'reprise.saved.output_tokens': 1_500,
  });
  expect(Object.keys(attributes).filter((name) => name.startsWith('gen_ai.'))).toEqual([]);
  expect(named('chat gpt-5').attributes).toMatchObject({ 'reprise.repeated': true });
  expect(named('invoke_workflow agent').attributes).toMatchObject({ 'reprise.resumed': true });
});

describe('errors', () => {
  test('are recorded on the call, each attempt for itself, and on the execution', async () => {
    const all = processes();
    const { reprise } = all.start();
    let left = 1;
    const flaky = checkpoint(
      'flaky',
      async () => {
        if (left-- > 0) throw new RangeError('too far');
      },
      { retry: { attempts: 2, backoff: 0 } },
    );
    const f = reprise.flow('agent', async () => {
      await flaky();
      await ask('why', () => Promise.reject(new TypeError('no')));
    });
    await failure(inTime(all, (await f.start(undefined, { id: 'x' })).result()));
    const [failed, made] = spans().filter(({ name }) => name === 'checkpoint flaky');
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(failed?.attributes['error.type']).toBe('RangeError');
    expect(failed?.events.map(({ name }) => name)).toEqual(['exception']);
    expect(made?.status.code).toBe(SpanStatusCode.UNSET);
    expect(made?.attributes['reprise.call.attempt']).toBe(2);
    expect(named('chat').status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
    const own = named('invoke_workflow agent');
    expect(own.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
    expect(own.attributes['reprise.execution.status']).toBe('failed');
  });

  test('are redacted as they are in the store', async () => {
    const redact = (value: unknown) => (typeof value === 'string' ? value.replaceAll('secret', '…') : value);
    const { reprise } = processes().start({ redact });
    const f = reprise.flow('agent', () => ask('why', () => Promise.reject(new Error('a secret'))));
    await failure((await f.start(undefined, { id: 'x' })).result());
    expect(spans().length).toBe(2);
    for (const { status, events } of spans()) {
      expect(status.message).toBe('a …');
      expect(JSON.stringify(events)).not.toContain('secret');
    }
  });
});

test('an execution that waits ends its span, and goes on with another', async () => {
  const all = processes();
  const define = ({ reprise }: Process) => reprise.flow('agent', () => wait('approve'));
  await waiting((await define(all.start()).start(undefined, { id: 'x' })).result());
  await settled();
  const first = named('invoke_workflow agent');
  expect(first.attributes['reprise.execution.status']).toBe('waiting');
  expect(first.events).toMatchObject([{ name: 'reprise.waiting', attributes: { 'reprise.waits': ['approve'] } }]);

  exporter.reset();
  const second = all.start();
  await second.reprise.waits.answer('x', 'approve', true);
  await (await define(second).start(undefined, { id: 'x' })).result();
  expect(named('invoke_workflow agent').attributes).toMatchObject({
    'reprise.resumed': true,
    'reprise.execution.status': 'completed',
  });
});

test('a call that is left standing at a question ends with its execution, and says that nothing came of it', async () => {
  const { reprise } = processes().start();
  const ask = checkpoint('ask', () => wait('approve'));
  await waiting((await reprise.flow('agent', () => ask()).start(undefined, { id: 'x' })).result());
  await settled();
  expect(tree()).toEqual(['invoke_workflow agent', '  checkpoint ask']);
  expect(named('checkpoint ask').attributes['reprise.recorded']).toBe(false);
});

test('what loses a race is a span until its outcome is recorded, although the execution is over', async () => {
  const { reprise } = processes().start();
  const late = gate<string>();
  const f = reprise.flow('agent', () => Promise.race([ask('quick'), ask('slow', () => late.promise)]));
  await (await f.start(undefined, { id: 'x' })).result();
  expect(tree()).toEqual(['invoke_workflow agent', '  chat gpt-5']);
  late.resolve('an answer');
  await settled();
  expect(tree()).toEqual(['invoke_workflow agent', '  chat gpt-5', '  chat gpt-5']);
  for (const { name, attributes } of spans()) {
    if (name === 'chat gpt-5') expect(attributes['gen_ai.usage.output_tokens']).toBe(1_500);
  }
});

test('without a context manager, calls are still below what encloses them', async () => {
  unregister();
  register({ withContext: false });
  const { reprise } = processes().start();
  const research = checkpoint('research', () => ask('why'));
  await (await reprise.flow('agent', () => research()).start(undefined, { id: 'x' })).result();
  expect(tree()).toEqual(['invoke_workflow agent', '  checkpoint research', '    chat gpt-5']);
});

test('parallel branches that were recorded with spans are told apart without them', async () => {
  const all = processes();
  const made: string[] = [];
  const define = ({ reprise }: Process, hang: boolean) => {
    const step = checkpoint(
      'step',
      async (branch: string) => {
        made.push(branch);
        return branch;
      },
      { digest: () => 'the same' },
    );
    const branch = async (name: string) => {
      const first = await step(name);
      const second = await step(`${first}2`);
      if (hang) await never();
      return [first, second];
    };
    return reprise.flow('agent', () => Promise.all(['a', 'b', 'c'].map(branch)));
  };
  const first = all.start();
  void define(first, true).start(undefined, { id: 'x' });
  await settled();
  first.kill();
  const second = all.start({ openTelemetry: false });
  const result = await (await define(second, false).start(undefined, { id: 'x' })).result();
  expect(result).toEqual([
    ['a', 'a2'],
    ['b', 'b2'],
    ['c', 'c2'],
  ]);
  expect(made.length).toBe(6);
});

describe('no spans are made', () => {
  const run = async (options: Parameters<ReturnType<typeof processes>['start']>[0] = {}) => {
    const { reprise } = processes().start(options);
    return (await reprise.flow('agent', () => ask('why')).start(undefined, { id: 'x' })).result();
  };

  test('where the option says so', async () => {
    expect(await run({ openTelemetry: false })).toBe('an answer');
    expect(spans()).toEqual([]);
  });

  test('where no SDK is registered; and they are from when one is', async () => {
    unregister();
    expect(await run()).toBe('an answer');
    register();
    await run();
    expect(spans().length).toBe(2);
  });

  test('and nothing is disturbed, where the SDK throws', async () => {
    unregister();
    const broken = () => {
      throw new Error('broken');
    };
    const spanProcessor = { onStart: broken, onEnd: broken, forceFlush: async () => {}, shutdown: async () => {} };
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spanProcessor] }));
    expect(await run()).toBe('an answer');
  });
});
