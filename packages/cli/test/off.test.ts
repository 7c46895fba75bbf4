import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

const off = { REPRISE: 'off' };

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

test('run only runs the program, says so, and leaves nothing', async () => {
  project.write('plain.ts', 'console.log(process.env.REPRISE_LAUNCH, process.env.REPRISE_EXECUTION); process.exit(3);');
  const before = await readdir(project.folder);
  const { code, out, err } = await project.reprise(['run', '--id', 'job', 'plain.ts'], { env: off });
  expect([code, out]).toEqual([1, 'undefined undefined\n']);
  expect(err).toBe('REPRISE=off is set: the program only runs, and nothing is recorded.\n');
  const agent = await project.reprise(['run', 'agent.ts', 'owls'], { env: off });
  expect(agent.out).toBe('asking: plan\nsearching\nasking: draft\n');
  expect(agent.err).toContain("REPRISE=off is set, so there is nobody who could answer wait 'approve'.");
  const { item } = shapes.run.parse(
    JSON.parse((await project.reprise(['run', '--json', 'plain.ts'], { env: off })).out),
  );
  expect(item).toEqual({ execution: null, exitCode: 3, signal: null, executions: [], next: null });
  expect(await readdir(project.folder)).toEqual(before);
});

test('what is stored can be looked at and answered, and goes on when the variable is gone', async () => {
  await project.reprise(['run', '--id', 'job', 'agent.ts']);
  expect((await project.reprise(['list'], { env: off })).out).toContain('waiting');
  const resumed = await project.reprise(['resume', 'job'], { env: off });
  expect(resumed).toMatchObject({ code: 2, out: '' });
  expect(resumed.err).toBe(
    'Error: REPRISE=off is set: there is no resume of execution job.\n\n  Next: REPRISE=on reprise resume job\n',
  );
  const onStore = await project.reprise(['resume', 'job', '--store', 'sqlite:test.db'], { env: off });
  expect(onStore.err).toContain('Next: REPRISE=on reprise resume --store sqlite:test.db job');
  const replayed = await project.reprise(['replay', 'job', '--from', 'draft'], { env: off });
  expect(replayed).toMatchObject({ code: 2, out: '' });
  expect(replayed.err).toContain('Next: REPRISE=on reprise replay job --from draft');
  const planned = await project.reprise(['replay', 'job', '--from', 'draft', '--dry-run'], { env: off });
  expect(planned).toMatchObject({ code: 0, out: expect.stringContaining('runs again') });

  const answered = await project.reprise(['answer', 'job', '--value', '{"approved":true}'], { env: off });
  expect(answered.out).toContain('Next: REPRISE=on reprise resume job');
  expect((await project.reprise(['resume', 'job'])).out).toBe('asking: final\nfinal about otters\n');
});

test('doctor tells that it is off, and refuses a word that is none', async () => {
  const told = await project.reprise(['doctor'], { env: off });
  expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/^! reprise .*OFF: REPRISE=off is set/m) });
  const wrong = await project.reprise(['doctor'], { env: { REPRISE: 'no' } });
  expect(wrong).toMatchObject({ code: 1, out: expect.stringMatching(/^✗ reprise .*it was 'no'/m) });
});
