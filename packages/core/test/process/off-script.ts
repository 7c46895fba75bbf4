// A program that tells at its end which packages and modules of stores were loaded.
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
const STORES = /^(keyv|@keyv\/.*)$/;
registerHooks({
  resolve(specifier, context, next) {
    if (STORES.test(specifier)) loaded.add(specifier);
    return next(specifier, context);
  },
});
process.on('exit', () => {
  // Node's own list of what it has loaded of itself; the hook is not told.
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  if (moduleLoadList.includes('NativeModule sqlite')) loaded.add('node:sqlite');
  console.log('loaded', [...loaded].sort().join(', '));
});

const { call, isInExecution } = await import('../../src/adapter.ts');
const { checkpoint, close, flow, recover, sleep } = await import('../../src/index.ts');

const step = checkpoint('step', async (topic: string) => `facts about ${topic}`);
const agent = flow('agent', async (topic: string) => {
  await sleep(1);
  return step(topic);
});

console.log(isInExecution() ? 'in an execution' : 'in none');
await recover();
console.log(await agent('otters'));
console.log(await call({ kind: 'llm', name: 'ask', input: ['otters'], run: () => 'an answer' }));
await close();
