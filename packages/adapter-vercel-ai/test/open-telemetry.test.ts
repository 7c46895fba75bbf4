import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { configure } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anything, Setting, turns, use } from './setting.ts';

const setting = new Setting();
const exporter = new InMemorySpanExporter();

beforeAll(() => {
  configure({ store: 'memory:' });
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
beforeEach(() => {
  setting.begin();
  exporter.reset();
});
afterAll(() => {
  setting.end();
  trace.disable();
  context.disable();
});

/** Each span below that which it belongs to. */
function tree(parent?: string, depth = 0): string[] {
  return exporter
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...tree(span.spanContext().spanId, depth + 1)]);
}

test.each([
  ['generate', 'generateText', 'doGenerate'],
  ['stream', 'streamText', 'doStream'],
] as const)(
  'an execution is around the spans of the SDK, a call inside of them, and what it does below the call (%s)',
  async (method, whole, step) => {
    const look = {
      inputSchema: anything,
      execute: async () => {
        trace.getTracer('user').startSpan('GET /otters').end();
        return 'otters';
      },
    };
    const settings = { experimental_telemetry: { isEnabled: true } };
    const agent = setting.agent('ai6', turns(use('look')), { tools: { look }, settings, name: `worker-${method}` });
    const result = await agent[method]({ prompt: 'go', id: crypto.randomUUID() });
    await result.text;
    await result.execution.ended;
    expect(tree().sort()).toEqual(
      [
        `invoke_workflow worker-${method}`,
        `  ai.${whole}`,
        `    ai.${whole}.${step}`,
        '      chat scripted',
        '    ai.toolCall',
        '      execute_tool look',
        '        GET /otters',
        `    ai.${whole}.${step}`,
        '      chat scripted',
      ].sort(),
    );
  },
);
