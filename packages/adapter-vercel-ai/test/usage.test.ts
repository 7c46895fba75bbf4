import { configure, costs, executions } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RELEASES, Setting, text } from './setting.ts';

const setting = new Setting();
const prices = { scripted: { input_mtok: 1, cache_read_mtok: 0.1, output_mtok: 2 } };

beforeAll(() => configure({ store: 'memory:', prices }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

describe.each(RELEASES)('%s', (release) => {
  test.each(['generate', 'stream'] as const)(
    'is recorded with who answered, its tokens and its price, with %s',
    async (method) => {
      const id = `${release}-${method}`;
      const result = await setting.agent(release, () => [text('Hello.')])[method]({ prompt: 'go', id });
      await result.execution.ended;
      const { journal } = await executions.get(id);
      expect(journal.map(({ usage }) => usage)).toMatchObject([
        { provider: 'test', model: 'scripted', inputTokens: expect.anything(), outputTokens: expect.anything() },
      ]);
      const { rows } = await costs.report({ execution: id });
      // Version 5 says nothing of what came from the cache here.
      const nanoUsd = release.startsWith('ai5') ? 100_000 + 40_000 : 90_000 + 1_000 + 40_000;
      expect(rows.map((row) => [row.model, Number(row.nanoUsd)])).toEqual([['scripted', nanoUsd]]);
    },
  );
});
