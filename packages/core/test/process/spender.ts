// A script without a flow that asks a model three times, at 100 millionths of a dollar each.
import { call } from '../../src/adapter.ts';
import { configure } from '../../src/index.ts';

configure({ prices: { 'test-1': { input_mtok: 1 } } });

for (let n = 1; n <= 3; n++) {
  await call({
    kind: 'llm',
    name: 'ask',
    input: n,
    asks: { model: 'test-1' },
    run: () => console.log(`asked ${n}`),
    usage: () => ({ model: 'test-1', input_tokens: 100, output_tokens: 0 }),
  });
}
