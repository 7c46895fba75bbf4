import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { widthOf } from '../src/render/text.ts';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

let project: Project;
beforeAll(async () => {
  project = new Project();
  await Promise.all([
    project.reprise(['run', '--id', 'cut', 'agent.ts', '海獺'], { env: { POWER_CUT: '1' } }),
    project.node(['start.ts', 'order', 'order-1', '500']),
    project.node(['start.ts', 'book', 'book-1', '["fur","kelp"]']),
    project.node(['start.ts', 'survey', 'survey-1', '["sure","size"]']),
  ]);
});
afterAll(() => project.remove());

const looks = (...args: string[]) => project.reprise(args, { env: { COLUMNS: '80' } });

test('list shows the newest first in 80 columns, with what waits and what has failed below', async () => {
  const { code, out } = await looks('list');
  expect(code).toBe(0);
  for (const line of out.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(80);
  expect(out).toContain('! crashed    cut       process agent.ts');
  expect(out).toContain('✗ failed     order-1   order');
  expect(out).toContain('1 waiting: reprise answer');
  expect(out).toContain('2 failed or crashed: reprise show @last-failed');
});

test('list filters, pages by cursor, and prints ids only when asked', async () => {
  const first = shapes.list.parse(await project.json('list', '--limit', '3'));
  const second = shapes.list.parse(await project.json('ls', '--limit', '3', '--cursor', first.nextCursor ?? ''));
  expect(second.nextCursor).toBe(null);
  expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual([
    'book-1',
    'cut',
    'order-1',
    'survey-1',
  ]);
  const { items } = shapes.list.parse(await project.json('list', '--status', 'failed', '--status', 'crashed'));
  expect(items.map(({ id }) => id).sort()).toEqual(['cut', 'order-1']);
  expect((await looks('list', '--flow', 'book', '-q')).out).toBe('book-1\n');
  expect((await looks('list', '--parent', 'book-1', '-q')).out.match(/^book-1\./gm)).toHaveLength(2);
});

test('looking at a store that is not there shows an empty one, and makes none', async () => {
  const { code, out } = await project.reprise(['list', '--store', 'sqlite:none/none.db']);
  expect(code).toBe(0);
  expect(out).toContain('No executions. Make one: reprise run --store sqlite:none/none.db agent.ts');
  expect(existsSync(join(project.folder, 'none'))).toBe(false);
});

test('show tells of a failure with what brought it about, the frames of the user first', async () => {
  const { code, out } = await looks('show', 'order-1');
  expect(code).toBe(0);
  const lines = out.split('\n').map((line) => line.trim());
  const [failure, cause, last] = [
    'RangeError: 500 is too much',
    'caused by Error: the bank said no',
    'caused by a limit',
  ].map((text) => lines.indexOf(text));
  expect(lines[(failure ?? 0) + 1]).toMatch(/^at .*flows\.ts:\d+/);
  expect(out).toMatch(/… \d+ frames? of libraries/);
  expect(cause).toBeGreaterThan(failure ?? 0);
  expect(last).toBeGreaterThan(cause ?? 0);
  expect(out).toContain('Next: reprise resume order-1');
  const { item } = shapes.show.parse(await project.json('show', 'order-1'));
  expect(item.failure).toMatchObject({ name: 'RangeError', cause: { message: 'the bank said no', cause: 'a limit' } });
});

test('show tells what a killed process had made, what that cost, and how to go on', async () => {
  const { out } = await looks('show', 'cut');
  expect(out).toContain('! crashed  cut  process agent.ts');
  expect(out).toContain('2 made, 0 served; $0.0009');
  expect(out).toMatch(/llm plan +✓ made +█+ .*\$0\.0009/);
  expect(out).toContain("Input  [ '海獺' ]");
  for (const line of out.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(80);
});

test('show draws child executions as a tree', async () => {
  const { out } = await looks('show', 'book-1');
  expect(out).toContain('flow chapter ');
  expect(out).toContain('flow chapter#2');
  expect(out).toContain('└─ checkpoint research');
  expect(out).toContain('2 made, 0 served');
  const { item } = shapes.show.parse(await project.json('show', 'book-1'));
  expect(item.children.map(({ parent }) => parent)).toEqual(['book-1', 'book-1']);
});

test('show --call prints input and output in full', async () => {
  const { out } = await looks('show', 'cut', '--call', 'search');
  expect(out).toContain('plan about 海獺');
  expect(out).toContain('x'.repeat(2_000));
  const { item } = shapes.showCall.parse(await project.json('show', 'cut', '--call', 'search'));
  expect(item.output).toEqual({ query: 'plan about 海獺', hits: ['海獺', '海獺', 'x'.repeat(2_000)] });
});

test('a call that is not there, or one of several, is an error that lists the choices', async () => {
  const none = await looks('show', 'cut', '--call', 'nope');
  expect(none).toMatchObject({ code: 3, out: '' });
  expect(none.err).toContain("has no call 'nope'; it has plan, search");
  const several = await looks('show', 'book-1', '--call', 'chapter');
  expect(several.code).toBe(2);
  expect(several.err).toContain("Next: reprise show book-1 --call 'chapter#1'");
});

test('an id may be its beginning, or a name such as @last-failed', async () => {
  const ids = async (typed: string) => (await looks('show', typed, '-q')).out.trim();
  expect(await ids('surv')).toBe('survey-1');
  expect(await ids('@waiting')).toBe('survey-1');
  expect(['order-1', 'cut']).toContain(await ids('@last-failed'));
  expect(['order-1', 'cut', 'book-1', 'survey-1']).toContain(await ids('@last'));
});

test('an error is JSON on the error stream with --json, words otherwise, and says what to type next', async () => {
  const failed = async (...args: string[]) => {
    const { code, out, err } = await project.reprise([...args, '--json']);
    expect(out).toBe('');
    return { exit: code, ...shapes.error.parse(JSON.parse(err)).error };
  };
  expect(await failed('show', 'nobody')).toMatchObject({ exit: 3, code: 'REPRISE_NOT_FOUND', hint: 'reprise list' });
  expect(await failed('show')).toMatchObject({ exit: 2, code: 'REPRISE_USAGE', hint: 'reprise help show' });
  expect(await failed('show', '@nobody')).toMatchObject({ exit: 2, hint: 'reprise list' });
  expect(await failed('list', '--colour')).toMatchObject({ exit: 2, hint: 'reprise help list' });
  const { code, err } = await looks('shwo');
  expect(code).toBe(2);
  expect(err).toMatch(/unknown command 'shwo'.*Did you mean show.*\n\n {2}Next: reprise help/s);
});

test('watch follows an execution line by line, and stops at a wait when asked to', async () => {
  const words = await looks('watch', 'order-1');
  expect(words.code).toBe(1);
  expect(words.out).toContain('✗ checkpoint pay  failed');
  const { code, out } = await looks('watch', 'survey-1', '--until', 'stop', '--json');
  expect(code).toBe(4);
  const events = out
    .trim()
    .split('\n')
    .map((line) => shapes.watch.parse(JSON.parse(line)).item);
  expect(events.map(({ type }) => type)).toEqual(['call', 'status']);
});

test('cost takes prices of the user, and refuses what are none', async () => {
  project.write('prices.json', '{"gpt-5-mini":{"input_mtok":1000,"output_mtok":1000}}');
  const { item } = shapes.cost.parse(await project.json('cost', '--by', 'model', '--prices', '@prices.json'));
  expect(item.rows).toMatchObject([{ key: 'gpt-5-mini', nanoUsd: '1500000000' }]);
  const wrong = await looks('cost', '--prices', '{"gpt-5":{"input_mtok":"much"}}');
  expect(wrong.code).not.toBe(0);
  expect(wrong.err).toMatch(/input_mtok.*much/);
});

test('cost adds up by call, model and flow, as a table, Markdown, CSV and JSON', async () => {
  const { out } = await looks('cost', 'cut');
  expect(out).toMatch(/^plan +gpt-5-mini +1,200 .*\$0\.0009/m);
  const { item } = shapes.cost.parse(await project.json('cost', '--by', 'model'));
  expect(item.rows).toMatchObject([{ key: 'gpt-5-mini', nanoUsd: '900000' }]);
  const csv = await looks('cost', '--by', 'flow', '--format', 'csv');
  expect(csv.out).toContain('process agent.ts');
  expect((await looks('cost', '--format', 'markdown')).out).toContain('| --- |');
});

test('an export is one file that is looked at without the store, and goes into another store', async () => {
  const { item } = shapes.export.parse(await project.json('export', 'book-1'));
  expect(item.file).toBe('book-1.reprise.json');
  expect((await looks('show', item.file)).out).toContain('└─ checkpoint research');
  const twice = await looks('export', 'book-1');
  expect(twice.code).toBe(1);
  expect(twice.err).toContain('The file book-1.reprise.json exists.');

  const elsewhere = ['--store', 'sqlite:elsewhere.db'];
  const imported = shapes.import.parse(await project.json('import', item.file, ...elsewhere));
  expect(imported.item.execution).toBe('book-1');
  expect((await looks('list', '-q', ...elsewhere)).out).toBe('book-1\n');
  const again = await looks('import', item.file, ...elsewhere);
  expect(again.code).toBe(1);
  expect(again.err).toContain('Next: reprise rm --store sqlite:elsewhere.db book-1');

  const text = await readFile(join(project.folder, item.file), 'utf8');
  expect((await looks('export', 'book-1', '--out', '-')).out).toBe(text);
  const piped = await project.reprise(['import', '-', '--store', 'sqlite:piped.db'], { input: text });
  expect(piped.out).toContain('Next: reprise show --store sqlite:piped.db book-1');
  project.write('damaged.json', text.replaceAll('kelp', 'help'));
  const damaged = await looks('import', 'damaged.json', '--store', 'sqlite:third.db');
  expect(damaged.code).toBe(2);
  expect(damaged.err).toContain('is damaged: its checksum does not fit');
});

test('there is no colour in a pipe, none with NO_COLOR or --no-color, and colour in a terminal', async () => {
  const coloured = '\u001b[';
  expect((await looks('show', 'order-1')).out).not.toContain(coloured);
  expect((await project.terminal(['show', 'order-1'])).out).toContain(coloured);
  expect((await project.terminal(['show', 'order-1', '--no-color'])).out).not.toContain(coloured);
  expect((await project.terminal(['show', 'order-1'], [], { NO_COLOR: '1' })).out).not.toContain(coloured);
});

test('a file, a verb or an export that is not there or is none is named, with a next command that leads on', async () => {
  project.write('empty.json', '{}');
  const none = await looks('show', 'empty.json');
  expect(none.code).toBe(2);
  expect(none.err).toMatch(/empty\.json: .*\n\n {2}Next: reprise export <id>/);
  const cases: [args: string[], exit: number, says: string, next: string][] = [
    [['show', 'nowhere.json'], 3, 'There is no file nowhere.json here.', 'reprise list'],
    [['help', 'frob'], 2, "There is no verb 'frob'.", 'reprise help'],
    [['run', 'nowhere.ts'], 2, 'There is no file nowhere.ts in ', 'ls .'],
    [['resume', 'cut', '--module', 'nowhere.ts'], 2, 'There is no file nowhere.ts in ', 'ls .'],
    [['run', '--', 'no-such-program'], 1, 'no-such-program cannot be started', 'command -v no-such-program'],
  ];
  for (const [args, exit, says, next] of cases) {
    const { code, err } = await looks(...args);
    expect(code, err).toBe(exit);
    expect(err).toContain(says);
    expect(err).toContain(`Next: ${next}\n`);
  }
});

test('without a terminal an open wait is shown with its schema, and the command that would answer it', async () => {
  const { code, out } = await looks('answer');
  expect(code).toBe(4);
  expect(out).toContain('Schema: {');
  expect(out).toMatch(/Next: reprise answer survey-1\S* --wait \S+ --(yes|value <json>)\n/);
});

// Last, for it adds an execution to those that the others count.
test('show says which calls came with another input, and how to ask anew', async () => {
  project.write(
    'drifting.ts',
    `import { wait } from '@reprise/core';
    import { call } from '@reprise/core/adapter';
    const input = process.env.PROMPT;
    await call({ kind: 'llm', name: 'ask', input, shape: 1, run: async () => 'said' });
    await wait('go');`,
  );
  await project.reprise(['run', '--id', 'drifting', 'drifting.ts'], { env: { PROMPT: 'one' } });
  expect((await looks('show', 'drifting')).out).not.toContain('Drifted');
  await project.reprise(['resume', 'drifting'], { env: { PROMPT: 'other' } });
  const { out } = await looks('show', 'drifting');
  expect(out).toContain('Drifted: ask came with another input than recorded');
  expect(out).toContain('To ask anew: reprise replay drifting --from ask');
});
