// Prints which packages are loaded: by a run of a flow, and by a report of what it cost.
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
    if (name) loaded.add(name);
    return next(url, context);
  },
});

const { Reprise, renderCosts } = await import('../../src/index.ts');
const { call } = await import('../../src/adapter.ts');

const reprise = new Reprise({ store: 'memory:', prices: { 'own-model': { input_mtok: 1, output_mtok: 1 } } });
const ask = () =>
  call({ kind: 'llm', name: 'ask', input: 1, run: () => 'an answer', usage: () => ({ model: 'gpt-5' }) });
await (await reprise.flow('agent', ask).start(undefined, { id: 'x' })).result();
await reprise.executions.list();
console.log(JSON.stringify([...loaded]));

renderCosts(await reprise.costs.report({ execution: 'x' }));
console.log(JSON.stringify([...loaded]));
await reprise.close();
