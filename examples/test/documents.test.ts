import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { blocksOf, commandsOf, fileOf, Project, printsAs, readDocument, root } from './document.ts';

const documents = globSync(['*.md', 'docs/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: root }).sort();
const withExamples = documents.filter((path) => readDocument(path).some(({ language }) => language === 'ts'));

let project: Project | undefined;
afterEach(() => project?.remove());

test.for(withExamples)('the examples of %s run, and print what it says', (path) => {
  project = new Project();
  for (const block of readDocument(path)) {
    if (block.language === 'ts') project.write(fileOf(block), block.text);
    if (block.language !== 'console') continue;
    for (const { command, output } of commandsOf(block)) {
      expect(project.run(command), `${path}:${block.line} $ ${command}`).toMatch(printsAs(output));
    }
  }
  expect(project.typeErrors()).toBe('');
});

test('the guides have examples', () => {
  expect(withExamples).toEqual(
    expect.arrayContaining(['README.md', 'docs/guarantees.md', 'docs/replay.md', 'docs/stores.md', 'docs/testing.md']),
  );
});

test.for(documents)('the commands and links of %s lead somewhere', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shell = readDocument(path).filter(({ language }) => language === 'sh');
  for (const [, script = ''] of shell
    .map((block) => block.text)
    .join('')
    .matchAll(/^npm (?:run )?(\w+)/gm)) {
    if (script !== 'install') expect(scripts, `npm ${script}`).toHaveProperty(script);
  }
  for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
    expect(existsSync(join(root, dirname(path), link)), `${path} links to ${link}`).toBe(true);
  }
});

test('the guarantees name every error of the core, with its code', async () => {
  const guarantees = readFileSync(join(root, 'docs/guarantees.md'), 'utf8');
  const listed = guarantees.slice(guarantees.indexOf('## The errors'));
  const errors = Object.keys(await import('@reprise/core')).filter((name) => name.endsWith('Error'));
  expect(errors.length).toBeGreaterThan(10);
  for (const name of errors) expect(listed).toContain(`\`${name}\``);

  const sources = globSync('packages/core/src/errors/*.ts', { cwd: root }).map((path) =>
    readFileSync(join(root, path)),
  );
  const codes = new Set(sources.join('').match(/REPRISE_[A-Z_]+(?=')/g));
  expect(new Set(listed.match(/REPRISE_[A-Z_]+/g))).toEqual(codes);
});

test('a document that says something else than what is printed is found out', () => {
  const user = new Project();
  project = user;
  const blocks = blocksOf('```console\n$ echo one\none\n$ echo two\nthree\n```\n');
  const verdicts = blocks.flatMap(commandsOf).map(({ command, output }) => printsAs(output).test(user.run(command)));
  expect(verdicts).toEqual([true, false]);

  user.write('wrong.ts', "import { flow } from '@reprise/core';\nflow(1);\n");
  expect(user.typeErrors()).toContain('wrong.ts');
});
