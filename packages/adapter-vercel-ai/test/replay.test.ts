import { configure, executions } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anything, Setting, text, turns, use } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

function agent(runs: unknown[], name: string) {
  const execute = async (input: unknown) => {
    runs.push(input);
    return 'found';
  };
  const tools = { look: { inputSchema: anything, execute } };
  return setting.agent('ai', turns(use('look', { at: 'home' })), { tools, name });
}

test('an agent is replayed from a tool, and what it had asked before is kept', async () => {
  const runs: unknown[] = [];
  const name = 'replay-tool';
  await agent(runs, name).generate({ prompt: 'go', id: `${name}-source` });
  expect([runs.length, setting.calls]).toEqual([1, 2]);
  const replay = await executions.replay(`${name}-source`, { from: 'look' });
  await replay.result();
  expect([runs.length, setting.calls]).toEqual([2, 3]);
  const { journal } = await executions.get(replay.id);
  expect(journal.map(({ kind, keptFrom }) => [kind, keptFrom !== undefined])).toEqual([
    ['llm', true],
    ['tool', false],
    ['llm', false],
  ]);
});

test('with `unchanged` nothing is made where nothing changes, and a tool may have another output or input', async () => {
  const runs: unknown[] = [];
  const name = 'replay-unchanged';
  await agent(runs, name).generate({ prompt: 'go', id: `${name}-source` });
  const replay = async (overrides?: object) => {
    const handle = await executions.replay(`${name}-source`, {
      overrides: (overrides ?? {}) as never,
      reuse: 'unchanged',
    });
    await handle.result();
    return (await executions.get(handle.id)).journal.at(-1)?.output;
  };
  await replay();
  expect([runs.length, setting.calls]).toEqual([1, 2]);
  expect(JSON.stringify(await replay({ look: { output: 'nothing' } }))).toContain('nothing');
  expect([runs.length, setting.calls]).toEqual([1, 3]);
  await replay({ look: { input: { at: 'sea' } } });
  expect(runs.at(-1)).toEqual({ at: 'sea' });
  // The tool found the same, so the model was asked the same.
  expect(setting.calls).toBe(3);
});

test('another model is looked up where the SDK looks models up', async () => {
  const name = 'replay-model';
  await agent([], name).generate({ prompt: 'go', id: `${name}-source` });
  const asked: string[] = [];
  Reflect.set(globalThis, 'AI_SDK_DEFAULT_PROVIDER', {
    languageModel: (id: string) => {
      asked.push(id);
      return setting.model('ai', () => [text('from the large one')], 'large');
    },
  });
  try {
    const replay = await executions.replay(`${name}-source`, { overrides: { 'language-model#2': { model: 'large' } } });
    await replay.result();
    const last = (await executions.get(replay.id)).journal.at(-1);
    expect(last).toMatchObject({ overridden: 'model', input: { model: 'large' } });
    expect(JSON.stringify(last?.output)).toContain('from the large one');
    expect(asked).toEqual(['large']);
  } finally {
    Reflect.deleteProperty(globalThis, 'AI_SDK_DEFAULT_PROVIDER');
  }
});
