// An agent as a plain program: three model calls that cost money, a search, a question. A fake stands for the model.
import { checkpoint, wait } from '@reprise/core';
import { call } from '@reprise/core/adapter';
import { z } from 'zod';

const [topic = 'otters'] = process.argv.slice(2);

function ask(name: string, prompt: string): Promise<string> {
  return call({
    kind: 'llm',
    name,
    input: prompt,
    async run() {
      console.log(`asking: ${name}`);
      return `${name} about ${topic}`;
    },
    usage: () => ({ provider: 'openai', model: 'gpt-5-mini', inputTokens: 1_200, outputTokens: 300 }),
  });
}

const search = checkpoint('search', async (query: string) => {
  console.log('searching');
  return { query, hits: [topic, '海獺', 'x'.repeat(2_000)] };
});

const plan = await ask('plan', `A plan for ${topic}`);
const found = await search(plan);
if (process.env.POWER_CUT) process.kill(process.pid, 'SIGKILL');
const draft = await ask('draft', found.hits.join(', '));
const { approved } = await wait('approve', {
  question: `Publish "${draft}"?`,
  schema: z.object({ approved: z.boolean() }),
});
console.log(approved ? await ask('final', draft) : 'Dropped.');
