import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

test('a program that is killed is told to be resumed, and goes on without making a finished call again', async () => {
  const killed = await project.reprise(['run', '--id', 'job', 'agent.ts', 'owls'], { env: { POWER_CUT: '1' } });
  expect(killed).toMatchObject({ code: 1, out: 'asking: plan\nsearching\n' });
  expect(killed.err).toContain('Execution job');
  expect(killed.err).toContain('! crashed  job  process agent.ts  2 made, 0 served');
  expect(killed.err).toContain('Next: reprise resume job');

  const resumed = await project.reprise(['resume', 'job']);
  expect(resumed).toMatchObject({ code: 4, out: 'asking: draft\n' });
  expect(resumed.err).toContain('agent.ts owls');
  expect(resumed.err).toContain('Next: reprise answer job');
  expect(resumed.err).not.toContain('Warning');

  const answered = await project.reprise(['answer', 'job', '--yes', '--by', 'ada']);
  expect(answered).toMatchObject({ code: 0, out: 'asking: final\nfinal about owls\n' });
  expect(answered.err).toContain('✓ completed  job');
  const { status, journal } = await project.inStore(({ executions }) => executions.get('job'));
  expect(status).toBe('completed');
  expect(journal.find(({ kind }) => kind === 'wait')?.by).toBe('ada');

  const again = await project.reprise(['resume', 'job']);
  expect(again.code).toBe(1);
  expect(again.err).toContain('Execution job is completed; there is nothing to go on with.');
});

test('with --json, what the program prints is not in the way', async () => {
  const { code, out, err } = await project.reprise(['run', '--json', '--id', 'quiet', 'agent.ts']);
  expect(code).toBe(4);
  expect(err).toContain('asking: plan');
  const { item } = shapes.run.parse(JSON.parse(out));
  expect(item).toMatchObject({ execution: 'quiet', exitCode: 4, next: 'reprise answer quiet' });
  expect(item.executions).toMatchObject([{ id: 'quiet', status: 'waiting', waits: [{ name: 'approve' }] }]);
  const resumed = shapes.resume.parse(await project.json('resume', 'quiet'));
  expect(resumed.item.executions).toMatchObject([{ status: 'waiting' }]);
});

test('a command behind dashes is run as it stands, in the directory in which it was typed', async () => {
  const command = ['node', '--no-warnings', 'agent.ts', '--json'];
  const { code, err } = await project.reprise(['run', '--id', 'command', '--', ...command]);
  expect(code).toBe(4);
  expect(err).toContain('Execution command');
  const { launch } = await project.inStore(({ executions }) => executions.get('command'));
  expect(launch).toMatchObject({ command, directory: project.folder, process: 'command' });
});

test('a flow in a program is a child of its execution, and what starts under an id of its own is looked after too', async () => {
  project.write(
    'both.ts',
    `import { book, open } from './flows.ts';
     console.log(await book(['fur']));
     await (await open.start(undefined, { id: 'own' })).result();`,
  );
  const { code, err } = await project.reprise(['run', '--id', 'both', 'both.ts']);
  expect(code).toBe(4);
  expect(err).toContain('? waiting  own  open');
  const { item } = shapes.show.parse(await project.json('show', 'both'));
  expect(item.children.map(({ flow }) => flow)).toEqual(['book', 'chapter']);
  // Its program is started again for the sake of the one that waited.
  const answered = await project.reprise(['answer', 'own', 'done']);
  expect(answered.code).toBe(0);
  expect(answered.err).toContain('✓ completed  own  open');
});

test('what a program has left waiting goes on, although the program itself had ended well', async () => {
  project.write(
    'leaves.ts',
    `import { call } from '@reprise/core/adapter';
     import { open } from './flows.ts';
     const ask = () => call({ kind: 'llm', name: 'ask', input: 1, run: async () => (console.log('paid'), 'answer') });
     await ask();
     const handle = await open.start(undefined, { id: 'left' });
     console.log(await handle.result().catch((error) => error.name));`,
  );
  const first = await project.reprise(['run', '--id', 'leaves', 'leaves.ts']);
  expect(first).toMatchObject({ code: 4, out: 'paid\nWaitingError\n' });
  const second = await project.reprise(['answer', 'left', 'done']);
  expect(second).toMatchObject({ code: 0, out: 'done\n' });
});

test('an execution of a flow goes on where its module is imported', async () => {
  await project.node(['start.ts', 'survey', 'imported', '["sure"]']);
  await project.inStore(({ waits }) => waits.answer('imported', 'sure', true));
  const { item } = shapes.resumeHere.parse(await project.json('resume', 'imported', '--module', 'flows.ts'));
  expect(item).toEqual({ execution: 'imported', status: 'completed', result: { sure: true } });

  const unknown = await project.reprise(['resume', 'quiet', '--module', 'flows.ts']);
  expect(unknown.code).toBe(1);
  expect(unknown.err).toMatch(/has no flow 'process agent.ts'.*\n\n {2}Next: reprise resume quiet --module/s);
});

test('a program that cannot be found, fails by itself, or records nothing says so', async () => {
  const missing = await project.reprise(['run', 'nowhere.ts', 'x']);
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toContain('Next: ls .');
  const unknown = await project.reprise(['run', '--', 'no-such-program']);
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain('no-such-program cannot be started');
  project.write('empty.ts', 'process.exitCode = 7;');
  const empty = await project.reprise(['run', '--id', 'none', 'empty.ts']);
  expect(empty.code).toBe(1);
  expect(empty.err).toContain('Nothing was recorded under none');
});

test('a command that comes from another machine is not run without being asked for', async () => {
  await project.reprise(['export', 'command', '--out', 'theirs.json']);
  const { checksum: _checksum, ...theirs } = JSON.parse(await readFile(join(project.folder, 'theirs.json'), 'utf8'));
  project.write('theirs.json', JSON.stringify(theirs).replaceAll(hostname(), 'elsewhere'));
  const store = ['--store', 'sqlite:theirs.db'];
  await project.reprise(['import', 'theirs.json', ...store]);
  const { code, out, err } = await project.reprise(['resume', '@last', ...store]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/was started on elsewhere\. Start node --no-warnings agent\.ts --json in .* on this machine\?/);
  expect((await project.reprise(['resume', '@last', '--yes', ...store])).code).toBe(4);
});

test('an error that ends a program is shown with the call that it came from', async () => {
  project.write('fails.ts', `import { order } from './flows.ts'; await order(7);`);
  const { code, err } = await project.reprise(['run', '--id', 'fails', 'fails.ts']);
  expect(code).toBe(1);
  expect(err).toContain('Next: reprise resume fails');
  expect((await project.reprise(['show', 'fails'])).out).toMatch(/RangeError: 7 is too much\n +at .*flows\.ts/);
});

test('Ctrl-C ends the program with 130, and says how to go on', async () => {
  project.write(
    'endless.ts',
    `import { call } from '@reprise/core/adapter';
     await call({ kind: 'llm', name: 'first', input: 1, run: async () => 1 });
     console.log('under way');
     await call({ kind: 'llm', name: 'endless', input: 2, run: () => new Promise(() => setInterval(() => {}, 1e6)) });`,
  );
  const { code, err } = await project.reprise(['run', '--id', 'stopped', 'endless.ts'], {
    during: (child, said) =>
      child.stdout?.on('data', () => {
        if (said().includes('under way')) child.kill('SIGINT');
      }),
  });
  expect(code).toBe(130);
  expect(err).toContain('Next: reprise resume stopped');
});

test('in a terminal, a program that waits is asked about there and then, and goes on', async () => {
  const { code, out } = await project.terminal(
    ['run', '--id', 'asked', 'agent.ts', 'bees'],
    [
      ['[A/r/s]', ''],
      ['[y/n]', 'perhaps'],
      ['Type y or n', 'y'],
    ],
  );
  expect(out).toContain('Publish "draft about bees"?');
  expect(out).toContain('final about bees');
  expect(out).toContain('completed');
  expect(code).toBe(0);
});
