import { describe, expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { diffValues } from '../../src/client/diff/values.ts';
import { checkpoint, renderDiff } from '../../src/index.ts';
import { processes } from '../processes.ts';

async function recorded() {
  const all = processes();
  const { reprise } = all.start({ prices: { mini: { input_mtok: 1, output_mtok: 1 } } });
  const model = (name: string, prompt: string) =>
    call<string>({
      kind: 'llm',
      name,
      input: { model: 'mini', messages: [{ role: 'user', content: prompt }] },
      run: async () => {
        await all.pass(prompt.length);
        return `${name}: ${prompt.slice(-6)}`;
      },
      usage: () => ({ model: 'mini', prompt_tokens: prompt.length, completion_tokens: 0 }),
    });
  const check = checkpoint('check', async (text: string) => text.length);
  const flow = reprise.flow('article', async ({ topic, twice = false }: { topic: string; twice?: boolean }) => {
    const notes = await model('research', `Find out about ${topic}`);
    const text = await model('draft', `Write a text.\nUse these notes:\n${notes}\nBe brief.`);
    if (twice) await check(text);
    return { text, length: await check(text) };
  });
  await (await flow.start({ topic: 'otters' }, { id: 'a' })).result();
  return { all, reprise, flow };
}

describe('a comparison', () => {
  test('of an execution with itself finds nothing', async () => {
    const { reprise } = await recorded();
    const diff = await reprise.executions.diff('a', 'a');
    expect(diff).toMatchObject({ isSame: true, first: undefined, input: undefined, result: undefined });
    expect(diff.delta).toEqual({ milliseconds: 0, tokens: 0, nanoUsd: 0 });
  });

  test('of a replay with its source names the first difference, and what it cost in time, tokens and money', async () => {
    const { reprise } = await recorded();
    const overrides = { research: { output: 'research: nothing at all' } };
    await (await reprise.executions.replay('a', { overrides, id: 'b' })).result();
    const diff = await reprise.executions.diff('a', 'b');
    expect(diff.lineage).toBe('b-replays-a');
    expect(diff.first).toBe(0);
    expect(diff.calls.map(({ path, is }) => [path, is])).toEqual([
      ['research', 'changed'],
      ['draft', 'changed'],
      ['check', 'same'],
    ]);
    const [research, draft] = diff.calls;
    expect(research).toMatchObject({ input: undefined, b: { overridden: 'output' } });
    expect(research?.output).toEqual({
      is: 'text',
      lines: [
        { op: '-', text: 'research: otters' },
        { op: '+', text: 'research: nothing at all' },
      ],
    });
    expect(draft?.input).toEqual({
      is: 'json',
      changes: [
        {
          path: 'messages[0].content',
          op: '~',
          before: expect.stringContaining('research: otters'),
          after: expect.stringContaining('nothing at all'),
          lines: [
            { op: ' ', text: 'Write a text.' },
            { op: ' ', text: 'Use these notes:' },
            { op: '-', text: 'research: otters' },
            { op: '+', text: 'research: nothing at all' },
            { op: ' ', text: 'Be brief.' },
          ],
        },
      ],
    });
    expect(draft?.delta).toEqual({ milliseconds: 8, tokens: 8, nanoUsd: 8_000 });
    expect(diff.b.paid.calls).toBe(1);
    expect(JSON.parse(JSON.stringify(diff))).toMatchObject({ lineage: 'b-replays-a' });
  });

  test('of two executions that know nothing of one another sees the input, the calls and the result', async () => {
    const { reprise, flow } = await recorded();
    await (await flow.start({ topic: 'badgers', twice: true }, { id: 'b' })).result();
    const diff = await reprise.executions.diff('a', 'b');
    expect(diff).toMatchObject({ lineage: 'none', isSame: false, first: 0 });
    expect(diff.input).toEqual({
      is: 'json',
      changes: [
        { path: 'topic', op: '~', before: 'otters', after: 'badgers' },
        { path: 'twice', op: '+', after: true },
      ],
    });
    expect(diff.calls.map(({ path, is }) => [path, is])).toEqual([
      ['research', 'changed'],
      ['draft', 'changed'],
      ['check', 'same'],
      ['check#2', 'only-b'],
    ]);
    expect(diff.result).toBeUndefined();
  });

  test('puts calls side by side that stand in the same place, although another one was put in before them', async () => {
    const all = processes();
    const step = (name: string) => checkpoint(name, async (text: string) => text);
    const [one, two, extra] = [step('one'), step('two'), step('extra')];
    const before = all.start().reprise.flow('f', async () => two(await one('x')));
    await (await before.start(undefined, { id: 'a' })).result();
    const later = all.start();
    const after = later.reprise.flow('f', async () => two(await extra(await one('x'))));
    await (await after.start(undefined, { id: 'b' })).result();
    const diff = await later.reprise.executions.diff('a', 'b');
    expect(diff.calls.map(({ path, is }) => [path, is])).toEqual([
      ['one', 'same'],
      ['extra', 'only-b'],
      ['two', 'same'],
    ]);
    const back = await later.reprise.executions.diff('b', 'a');
    expect(back.calls.map(({ path, is }) => [path, is])).toEqual([
      ['one', 'same'],
      ['extra', 'only-a'],
      ['two', 'same'],
    ]);
  });

  test('shows an error beside a value', async () => {
    const { reprise } = await recorded();
    const overrides = { check: { error: { name: 'TypeError', message: 'no text' } } };
    await expect((await reprise.executions.replay('a', { overrides, id: 'b' })).result()).rejects.toThrow('no text');
    const diff = await reprise.executions.diff('a', 'b');
    expect(diff.calls[2]).toMatchObject({ is: 'changed', a: { status: 'completed' }, b: { status: 'failed' } });
    expect(diff.calls[2]?.output).toEqual({
      is: 'json',
      changes: [{ path: '', op: '~', before: 13, after: { name: 'TypeError', message: 'no text' } }],
    });
  });

  test('can be read as lines', async () => {
    const { reprise } = await recorded();
    const overrides = { research: { output: 'research: nothing' } };
    await (await reprise.executions.replay('a', { overrides, id: 'b' })).result();
    expect(renderDiff(await reprise.executions.diff('a', 'b'))).toMatchInlineSnapshot(`
      [
        "a a (article, completed)",
        "b b (article, completed)",
        "",
        "~ research   ← the first difference   (−21 ms, −21 tokens, −$0.000021)",
        "    output",
        "    - research: otters",
        "    + research: nothing",
        "~ draft   (+1 ms, +1 tokens, +$0.000001)",
        "    input",
        "    ~ messages[0].content:",
        "        Write a text.",
        "        Use these notes:",
        "      - research: otters",
        "      + research: nothing",
        "        Be brief.",
        "  check",
        "",
        "b − a: −20 ms, −20 tokens, −$0.000020",
      ]
    `);
  });
});

test('values that JSON has no word for are compared as what they are', async () => {
  const differ = async (a: unknown, b: unknown) => (await diffValues(a, b)) !== undefined;
  for (const [a, b] of [
    [1n, 2n],
    [new Date(1), new Date(2)],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [new Set([1]), new Set([2])],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Error('a'), new Error('b')],
    [new URL('https://a.example'), new URL('https://b.example')],
    [undefined, 1],
    [null, {}],
    [[1], { 0: 1 }],
    [Number.NaN, 1],
  ]) {
    expect(await differ(a, b)).toBe(true);
    expect(await differ(a, structuredClone(a instanceof URL ? String(a) : a) ?? a)).toBe(false);
  }
});
