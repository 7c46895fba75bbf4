import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

let project: Project;
beforeAll(async () => {
  project = new Project();
  await project.node(['start.ts', 'open', 'open-1']);
  await project.node(['start.ts', 'book', 'book-1', '["fur"]']);
});
afterAll(() => project.remove());

test('what cannot be undone is asked for, and refused where nobody can be asked', async () => {
  for (const args of [
    ['cancel', 'open-1'],
    ['rm', 'open-1'],
    ['prune', '--older-than', '0s'],
  ]) {
    const { code, err } = await project.reprise(args);
    expect(code, args.join(' ')).toBe(2);
    expect(err).toMatch(/Next: reprise .* --yes/);
  }
  const { code, out } = await project.terminal(['rm', 'open-1'], [['[y/n]', 'n']]);
  expect(code).toBe(0);
  expect(out).toContain('Nothing was deleted.');
});

test('prune says what it would free, and frees that', async () => {
  const plan = shapes.prune.parse(await project.json('prune', '--older-than', '0s', '--dry-run'));
  expect(plan.item).toMatchObject({ found: ['book-1'], deleted: [] });
  expect(plan.item.bytes).toBeGreaterThan(500);
  expect((await project.reprise(['prune', '--older-than', '1d', '--yes'])).out).toContain('There is nothing to free.');
  const done = shapes.prune.parse(await project.json('prune', '--older-than', '0s', '--yes'));
  expect(done.item.deleted).toEqual(['book-1']);
  const wrong = await project.reprise(['prune', '--older-than', 'long']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('--older-than takes a time such as 30d');
});

test('cancel ends an execution for good, and rm deletes it', async () => {
  const { item } = shapes.cancel.parse(await project.json('cancel', 'open-1', '--yes', '--reason', 'too late'));
  expect(item).toEqual({ execution: 'open-1', status: 'cancelled', requested: true });
  expect((await project.reprise(['show', 'open-1'])).out).toContain('Execution open-1 was cancelled: too late');
  expect((await project.reprise(['cancel', 'open-1', '--yes'])).code).toBe(1);
  expect(shapes.rm.parse(await project.json('rm', 'open-1', '--yes')).items).toEqual(['open-1']);
  expect((await project.reprise(['show', 'open-1'])).code).toBe(3);
});

test('doctor looks at the store, and says where it cannot be reached', async () => {
  const { items } = shapes.doctor.parse(await project.json('doctor'));
  expect(items.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'node ok',
    'reprise ok',
    'store ok',
    'journal ok',
    'clock ok',
  ]);
  const { code, out } = await project.reprise(['doctor', '--store', 'postgres://ada:secret@127.0.0.1:1/none']);
  expect(code).toBe(1);
  expect(out).toContain('✗ store');
  expect(out).not.toContain('secret');

  const encrypted = {
    env: { REPRISE_STORE: 'sqlite:encrypted.db', REPRISE_ENCRYPTION_KEY: 'a key of sixteen or more' },
  };
  await project.reprise(['run', 'agent.ts'], encrypted);
  expect((await project.reprise(['doctor'], encrypted)).code).toBe(0);
  const without = await project.reprise(['doctor', '--store', 'sqlite:encrypted.db']);
  expect(without.code).toBe(1);
  expect(without.out).toContain('is encrypted. Set the encryption key');
});

test('completion prints a script that the shell takes', async () => {
  const { item } = shapes.completion.parse(await project.json('completion', 'bash'));
  const complete = `${item.script}\nCOMP_WORDS=(reprise sh); COMP_CWORD=1; _reprise; echo "\${COMPREPLY[*]}"`;
  expect(spawnSync('bash', ['-c', complete], { encoding: 'utf8' }).stdout.trim()).toBe('show');
  for (const shell of ['zsh', 'fish']) {
    expect((await project.reprise(['completion', shell])).out).toContain('--older-than'.slice(2));
  }
  expect((await project.reprise(['completion', 'csh'])).code).toBe(2);
});

test('help and version are there for everything', async () => {
  const { code, out } = await project.reprise(['help', 'answer']);
  expect(code).toBe(0);
  expect(out).toContain('Usage: reprise answer [options] [id] [value]');
  expect(out).toContain('reprise answer @waiting --yes');
  expect((await project.reprise(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
