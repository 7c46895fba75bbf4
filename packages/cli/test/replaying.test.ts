import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

let project: Project;
beforeAll(async () => {
  project = new Project();
  await project.reprise(['run', '--id', 'first', 'agent.ts']);
  await project.reprise(['answer', 'first', '--yes']);
});
afterAll(() => project.remove());

test('a dry run says what is kept, what runs again and what that costs, and writes nothing', async () => {
  const { code, out } = await project.reprise(['replay', 'first', '--from', 'draft', '--dry-run']);
  expect(code).toBe(0);
  expect(out).toMatch(/llm plan +kept +\$0\.0009/);
  expect(out).toMatch(/llm draft +runs again +\$0\.0009/);
  expect(out).toMatch(/Runs again +\$0\.0018, 2 model calls/);
  const { item } = shapes.plan.parse(await project.json('replay', 'first', '--from', 'draft', '--dry-run'));
  expect(item.kept.map(({ path }) => path)).toEqual(['plan', 'search']);
  expect((await project.reprise(['list', '-q'])).out).toBe('first\n');
});

test('a program is replayed with another result of a call, and what came before is kept', async () => {
  project.write('found.json', '{"query":"x","hits":["kelp"]}');
  const replayed = await project.reprise(['replay', 'first', '--id', 'second', '--set', 'search=@found.json']);
  expect(replayed).toMatchObject({ code: 4, out: 'asking: draft\n' });
  expect(replayed.err).toContain('Execution second, a replay of first');
  const answered = await project.reprise(['answer', 'second', '--yes']);
  expect(answered.out).toContain('asking: final');

  const { out } = await project.reprise(['show', 'second']);
  expect(out).toContain('A replay of first from search');
  expect(out).toMatch(/checkpoint search +✓ output given/);
  expect(out).toMatch(/llm plan +✓ kept/);
  expect((await project.reprise(['show', 'first'])).out).toContain('Replayed as second');
  const { item } = shapes.show.parse(await project.json('show', 'second'));
  expect(item.calls.list.find(({ name }) => name === 'draft')?.input).toBe('kelp');
});

test('the answer to a wait, the input and a failure can be other ones, too', async () => {
  const dropped = await project.reprise(['replay', 'first', '--set', 'approve={"approved":false}']);
  expect(dropped).toMatchObject({ code: 0, out: 'Dropped.\n' });
  const owls = await project.reprise(['replay', 'first', '--input', '["owls"]', '--id', 'owls']);
  expect(owls.out).toBe('asking: plan\nsearching\nasking: draft\n');
  const { launch } = await project.inStore(({ executions }) => executions.get('owls'));
  expect(launch).toMatchObject({ command: [process.execPath, 'agent.ts', 'owls'], process: 'owls' });
  const broken = await project.reprise(['replay', 'first', '--error', 'draft=overloaded']);
  expect(broken.code).toBe(1);
  expect(broken.err).toContain('overloaded');
});

test('a replay of a flow imports its module', async () => {
  await project.node(['start.ts', 'book', 'book', '["fur"]']);
  const without = await project.reprise(['replay', 'book', '--input', '["kelp"]']);
  expect(without.code).toBe(1);
  expect(without.err).toContain(
    `Next: reprise replay book --input '["kelp"]' --module <the file that defines the flow>`,
  );
  const { item } = shapes.replayHere.parse(
    await project.json('replay', 'book', '--module', 'flows.ts', '--input', '["kelp"]'),
  );
  expect(item).toMatchObject({ status: 'completed', result: ['notes on kelp'] });
});

test('a file that starts something while it is imported for its flows is refused, and nothing is started', async () => {
  await project.node(['start.ts', 'book', 'kept', '["fur"]']);
  project.write('at-once.ts', `import { book } from './flows.ts';\nawait book.start(['kelp'], { id: 'unasked' });\n`);
  for (const command of [
    ['replay', 'kept', '--input', '["foam"]'],
    ['resume', 'kept'],
  ]) {
    const refused = await project.reprise([...command, '--module', 'at-once.ts']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("starts execution 'unasked'. It was not started.");
    expect(refused.err).toContain('Next: --module <the file that defines the flow>');
  }
  const ids = (await project.inStore(({ executions }) => executions.list())).map(({ id }) => id);
  expect(ids).not.toContain('unasked');
});

test('a change that cannot be is an error that lists the choices', async () => {
  const unknown = await project.reprise(['replay', 'first', '--from', 'nope']);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toMatch(/has no call 'nope'.*plan.*Next: reprise show first/s);
  const malformed = await project.reprise(['replay', 'first', '--set', 'search']);
  expect(malformed).toMatchObject({ code: 2, err: expect.stringContaining("--set takes call=value; it was 'search'") });
});

test('a replay that says nothing of what is to change is refused, with what it would make and pay again', async () => {
  const { code, err } = await project.reprise(['replay', 'first']);
  expect(code).toBe(2);
  expect(err).toMatch(
    /all of first would run again: \d calls, for about \$0\.0027\. .*Next: reprise replay first --from plan$/ms,
  );
  const named = await project.reprise(['replay', 'first', '--id', 'other']);
  expect(named.err).toContain('Next: reprise replay first --from plan --id other');
  expect((await project.reprise(['replay', 'first', '--dry-run'])).out).toMatch(/llm plan +runs again/);
});

test('diff shows the first difference and what it comes to', async () => {
  const { code, out } = await project.reprise(['diff', 'first', 'second']);
  expect(code).toBe(0);
  expect(out).toContain('~ search   ← the first difference');
  expect(out).toContain('+ hits[0]: "kelp"');
  const { item } = shapes.diff.parse(await project.json('diff', 'first', 'second'));
  expect(item).toMatchObject({ lineage: 'b-replays-a', isSame: false, first: 1 });
});
