import assert from 'node:assert/strict';
import { durable } from '@reprise/vercel-ai';
import { type LanguageModel, ToolLoopAgent } from 'ai';
import { z } from 'zod';

let requests = 0;
const model = {
  specificationVersion: 'v4',
  provider: 'packed',
  modelId: 'any',
  supportedUrls: {},
  async doGenerate() {
    requests += 1;
    const content =
      requests === 1
        ? [{ type: 'tool-call', toolCallId: 'one', toolName: 'look', input: '{"at":"sea"}' }]
        : [{ type: 'text', text: 'hello' }];
    const finishReason = requests === 1 ? 'tool-calls' : 'stop';
    const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
    return { content, finishReason: { unified: finishReason, raw: finishReason }, usage, warnings: [] };
  },
  doStream: () => assert.fail('nothing streams'),
} as unknown as LanguageModel;

let looks = 0;
const tools = {
  look: {
    inputSchema: z.object({ at: z.string() }),
    execute: async ({ at }: { at: string }) => `${at} ${++looks}`,
  },
};
const agent = durable(new ToolLoopAgent({ model, tools }));

for (let run = 0; run < 2; run++) {
  const { text, steps } = await agent.generate({ prompt: 'go', id: 'packed-install-agent' });
  assert.equal(text, 'hello');
  assert.equal(steps[0]?.toolResults[0]?.output, 'sea 1');
}
assert.deepEqual([requests, looks], [2, 1], 'a completed execution makes no call again');
