// Runs two branches that call a model again and again under a budget, until it is killed, or the budget stops it.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { call } from '../../src/adapter.ts';
import { BudgetExceededError, Reprise } from '../../src/index.ts';

const [store, id, tokens, bill] = process.argv.slice(2) as [string, string, string, string];
const reprise = new Reprise({ store });

const ask = (name: string) =>
  call({
    kind: 'llm',
    name: 'ask',
    input: name,
    asks: { model: 'test-1' },
    run: async () => {
      // From here on the provider wants to be paid.
      appendFileSync(bill, '100\n');
      process.stdout.write('end\n');
      await pause(5 + Math.random() * 20);
      return name;
    },
    usage: () => ({ model: 'test-1', input_tokens: 60, output_tokens: 40 }),
  });

async function chain(name: string): Promise<void> {
  for (let n = 1; n <= 100; n++) await ask(`${name}${n}`);
}

const child = reprise.flow('child', chain);
const flow = reprise.flow('spender', () => Promise.all([chain('a'), child('b')]), {
  budget: { tokens: Number(tokens) },
});

const handle = await flow.start(undefined, { id, takeover: true });
await handle.result().catch((error) => {
  if (!BudgetExceededError.isInstance(error)) throw error;
  appendFileSync(bill, 'stopped\n');
});
await reprise.close();
