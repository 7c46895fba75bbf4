import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.ts';
import { shapes } from './shapes.ts';

let project: Project;
beforeAll(() => {
  project = new Project();
});
afterAll(() => project.remove());

async function survey(id: string, ...names: string[]): Promise<void> {
  await project.node(['start.ts', 'survey', id, JSON.stringify(names)]);
}

async function answersOf(id: string): Promise<unknown> {
  return (await project.inStore(({ executions }) => executions.get(id))).result;
}

test('an answer is checked before it is sent, and the execution goes on with it', async () => {
  await survey('checked', 'size');
  const refused = await project.reprise(['answer', 'checked', 'huge']);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/The answer to 'size' does not fit: .*"small".*The wait is still open\./);
  const taken = shapes.answer.parse(await project.json('answer', 'checked', 'large'));
  expect(taken.item).toMatchObject({
    answered: [{ execution: 'checked', name: 'size' }],
    resumed: [{ exitCode: 0, executions: [{ id: 'checked', status: 'completed' }] }],
  });
  expect(await answersOf('checked')).toEqual({ size: 'large' });
});

test('there is a way to answer for every kind of question', async () => {
  await survey('ways', 'sure', 'name', 'count', 'address');
  project.write('address.json', '{"street":"Kelp Road","lines":["one"]}');
  const answers = [['--no'], ['12345'], ['--value', '42'], ['--file', 'address.json']];
  for (const answer of answers)
    expect((await project.reprise(['answer', 'ways', ...answer])).err).toContain('is answered');
  expect(await answersOf('ways')).toEqual({
    sure: false,
    name: '12345',
    count: 42,
    address: { street: 'Kelp Road', lines: ['one'] },
  });
});

test('an answer may be refused with a reason, and given for later', async () => {
  await survey('rejected', 'sure');
  const later = await project.reprise(['answer', 'rejected', 'no time', '--reject', '--later']);
  expect(later.code).toBe(0);
  expect((await project.inStore(({ executions }) => executions.get('rejected'))).status).toBe('waiting');
  const { out } = await project.reprise(['resume', 'rejected']);
  expect(out).toContain('WaitRejectedError');
});

test('what is answered and has not gone on is to be resumed, and not to be answered again', async () => {
  await survey('answered', 'sure');
  await project.reprise(['answer', 'answered', '--yes', '--later']);
  const { out: shown } = await project.reprise(['show', 'answered']);
  expect(shown).toContain('It is answered, and goes on from there when it is resumed.');
  expect(shown).toContain('Next: reprise resume answered');
  expect((await project.reprise(['list'])).out).toMatch(/^\d+ answered: reprise resume answered$/m);
  const again = await project.reprise(['answer', 'answered', '--no']);
  expect(again.code).toBe(3);
  expect(again.err).toContain("'sure' of answered is answered already, and the first answer counts.");
  expect(again.err).toContain('Next: reprise resume answered');
  await project.reprise(['resume', 'answered']);
  const late = await project.reprise(['answer', 'answered', '--no']);
  expect(late.err).toContain('Nothing waits in answered: it is completed.');
});

test('what cannot be answered so says what can', async () => {
  await survey('wrong', 'count');
  const says = async (...args: string[]) => {
    const { code, err } = await project.reprise(['answer', ...args]);
    return { code, err };
  };
  expect(await says('wrong', '--yes')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no question of yes or no'),
  });
  expect(await says('wrong', '1', '--no')).toMatchObject({
    code: 2,
    err: expect.stringContaining('One answer at a time'),
  });
  expect(await says('wrong', '--value', 'one')).toMatchObject({ code: 2, err: expect.stringContaining('is no JSON') });
  expect(await says('wrong', '1', '--wait', 'sure')).toMatchObject({
    code: 3,
    err: expect.stringContaining("No wait 'sure' is open in wrong; open are: count."),
  });
});

test('without somebody to ask, what waits is listed with the command that answers it', async () => {
  await survey('listed', 'sure');
  const { code, out } = await project.reprise(['answer', 'listed']);
  expect(code).toBe(4);
  expect(out).toContain('Your sure?');
  expect(out).toContain('Next: reprise answer listed --wait sure --yes');
  const { items } = shapes.waits.parse(await project.json('answer', 'listed'));
  expect(items).toMatchObject([{ execution: 'listed', name: 'sure', schema: { type: 'boolean' } }]);
});

test('an execution whose program does not know its id is answered, and tells how to go on', async () => {
  project.write('new.ts', `import { survey } from './flows.ts'; await survey(['sure']).catch(() => {});`);
  await project.node(['new.ts']);
  const { code, out, err } = await project.reprise(['answer', '@last', '--yes']);
  expect(code).toBe(0);
  const id = /sure of (\S+) is answered/.exec(err)?.[1] ?? '';
  expect(out).toContain(`Next: reprise resume ${id} --module <the file that defines the flow>`);
  const { item } = shapes.resumeHere.parse(await project.json('resume', id, '--module', 'flows.ts'));
  expect(item.result).toEqual({ sure: true });
});

test('in a terminal one walks through the open waits, asked as their schemas say', async () => {
  await survey('walk', 'size', 'name', 'count', 'address');
  project.write('editor.sh', `#!/bin/sh\necho '{"street":"Kelp Road","lines":[]}' > "$1"\n`);
  chmodSync(join(project.folder, 'editor.sh'), 0o755);
  process.env.EDITOR = join(project.folder, 'editor.sh');
  const typed: [string, string][] = [
    ['[A/r/s]', ''],
    ['[1-2]', '2'],
    ['[A/r/s]', ''],
    ['Your name? >', 'x'],
    ['does not fit', 'Ada'],
    ['[A/r/s]', 'a'],
    ['(a number)', 'seven'],
    ['Type a number', '7'],
    ['[A/r/s]', ''],
  ];
  const { code, out } = await project.terminal(['answer', 'walk'], typed).finally(() => delete process.env.EDITOR);
  expect(code, out).toBe(0);
  expect(await answersOf('walk')).toEqual({
    size: 'large',
    name: 'Ada',
    count: 7,
    address: { street: 'Kelp Road', lines: [] },
  });
});

test('a flow that goes on where its module is imported is asked about in the terminal, too', async () => {
  await survey('module', 'sure', 'size');
  const { code, out } = await project.terminal(
    ['resume', 'module', '--module', 'flows.ts'],
    [
      ['[A/r/s]', ''],
      ['[y/n]', 'n'],
      ['[A/r/s]', ''],
      ['[1-2]', '1'],
    ],
  );
  expect(code, out).toBe(0);
  expect(await answersOf('module')).toEqual({ sure: false, size: 'small' });
});

test('Ctrl-C while one is asked leaves everything as it is', async () => {
  await survey('left', 'sure');
  const { code } = await project.terminal(['answer', 'left'], [['[A/r/s]', '\u0003']]);
  expect(code).toBe(130);
  const open = await project.inStore(({ waits }) => waits.list({ execution: 'left' }));
  expect(open.map(({ name }) => name)).toEqual(['sure']);
});

test('who watches an execution sees it go on when somebody answers, and how it ends', async () => {
  await survey('watched', 'sure');
  let answering: Promise<unknown> | undefined;
  const { code, out } = await project.reprise(['watch', 'watched'], {
    during: (child, said) =>
      child.stdout?.on('data', () => {
        if (said().includes('? waiting')) answering ??= project.reprise(['answer', 'watched', '--yes']);
      }),
  });
  await answering;
  expect(code).toBe(0);
  expect(out).toMatch(
    /\? waiting {2}watched.*Next: reprise answer watched\n(.*\n)*✓ wait sure {2}answered.*\n(.*\n)*✓ completed {2}watched/,
  );
});
