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
    expect.arrayContaining([
      ...['CONTRIBUTING.md', 'README.md'],
      ...['docs/guarantees.md', 'docs/replay.md', 'docs/stores.md', 'docs/testing.md'],
    ]),
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
  const prose = text.replace(/^```.*?^```|`[^`]*`/gms, '');
  for (const [, , file, heading] of prose.matchAll(/(\]\(|^\[[^\]]+\]: )(?!https?:)([^)#\s]*)#?([^)\s]*)/gm)) {
    const target = file ? join(root, dirname(path), file) : join(root, path);
    expect(existsSync(target), `${path} links to ${file}`).toBe(true);
    if (heading) expect(headingsOf(target), `${path} links to ${file}#${heading}`).toContain(heading);
  }
});

/** The headings of a page, as links name them. */
function headingsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('the page of errors has every error and every code, and no other', async () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const errors = Object.keys(await import('@reprise/core')).filter((name) => name.endsWith('Error'));
  expect(errors.length).toBeGreaterThan(10);
  for (const name of errors) expect(page).toContain(`\`${name}\``);

  const sources = globSync(['packages/core/src/{errors,testing}/*.ts', 'packages/cli/src/**/*.ts'], { cwd: root });
  const thrown = sources.flatMap((path) =>
    [
      ...readFileSync(join(root, path), 'utf8').matchAll(
        /(?:super|failed|CommandError|code:|code =)[^;]*?'(REPRISE_[A-Z_]+)'/g,
      ),
    ].map(([, code]) => code),
  );
  expect(new Set(page.match(/REPRISE_[A-Z_]+/g))).toEqual(new Set(thrown));
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
