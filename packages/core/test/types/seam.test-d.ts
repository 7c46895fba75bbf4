// Checked by the root `tsc`; nothing here is run.
import { expectTypeOf } from 'vitest';
import { call, callStream, scope } from '../../src/adapter.ts';

// What a call resolves with comes from its body.
expectTypeOf(call({ kind: 'llm', name: 'm', input: 1, run: async () => ({ text: 'hi' }) })).toEqualTypeOf<
  Promise<{ text: string }>
>();
expectTypeOf(call({ kind: 'tool', name: 't', input: 1, run: ({ attempt }) => attempt })).toEqualTypeOf<
  Promise<number>
>();
void call({ kind: 'llm', name: 'm', input: 1, run: async () => 'hi', usage: (text) => ({ tokens: text.length }) });
void call({
  kind: 'llm',
  name: 'm',
  input: 1,
  run: async () => new Map([['a', 1]]),
  codec: { encode: (map) => [...map], decode: (stored) => new Map(stored as [string, number][]) },
});
// @ts-expect-error no such kind
void call({ kind: 'model', name: 'm', input: 1, run: async () => 1 });
// @ts-expect-error every call states its input
void call({ kind: 'llm', name: 'm', run: async () => 1 });
// @ts-expect-error the codec gives back what the body gives
void call({ kind: 'llm', name: 'm', input: 1, run: async () => 1, codec: { encode: (n) => n, decode: () => 'text' } });

// A stream's chunks come from its source.
async function* words() {
  yield 'one';
}
expectTypeOf(callStream({ kind: 'llm', name: 'm', input: 1, run: () => words() })).toEqualTypeOf<
  AsyncIterable<string>
>();
void callStream({ kind: 'llm', name: 'm', input: 1, run: async () => words(), isTerminal: (word) => word === 'end' });
// @ts-expect-error a stream is something to iterate
void callStream({ kind: 'llm', name: 'm', input: 1, run: async () => 'one' });

// A scope gives what is in it.
expectTypeOf(scope('agent', undefined, () => 1)).toEqualTypeOf<number>();
expectTypeOf(scope('agent', 'key', async () => 'a')).toEqualTypeOf<Promise<string>>();
