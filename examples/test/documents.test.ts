import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { blocksOf, commandsOf, fileOf, Project, printsAs, readDocument, root } from './document.ts';
import { problemsOf } from './names.ts';

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
      ...['budgets', 'cli', 'costs', 'flows', 'guarantees', 'observing', 'replay', 'stores', 'testing', 'tutorial'].map(
        (name) => `docs/${name}.md`,
      ),
    ]),
  );
});

test.for(documents)('the links of %s lead somewhere', (path) => {
  const prose = readFileSync(join(root, path), 'utf8').replace(/^```.*?^```|`[^`]*`/gms, '');
  for (const [, , file, heading] of prose.matchAll(/(\]\(|^\[[^\]]+\]: )(?!https?:)([^)#\s]*)#?([^)\s]*)/gm)) {
    const target = file ? join(root, dirname(path), file) : join(root, path);
    expect(existsSync(target), `${path} links to ${file}`).toBe(true);
    if (heading) expect(headingsOf(target), `${path} links to ${file}#${heading}`).toContain(heading);
  }
});

test.for(documents)('the commands and names of %s exist', (path) => {
  expect(problemsOf(readFileSync(join(root, path), 'utf8'))).toEqual([]);
});

test('a document that names what does not exist is found out', () => {
  const text = [
    'Call `executions.rewind(id)`, `configure({ shop })` or `recoverAll()`, catch a `WaitngError`, set `REPRISE_STOER`.',
    'Then `reprise run --fast`, or `reprise rewind`.',
    '```sh',
    'npm install @reprise/cor',
    'npm run benchmark',
    'npx node examples/nowhere.ts',
    '```',
    '```js',
    'unchecked();',
    '```',
  ].join('\n');
  expect(problemsOf(text)).toEqual([
    "a block of 'js', which nothing checks",
    'executions.rewind',
    'configure({ shop })',
    'recoverAll',
    'WaitngError',
    'REPRISE_STOER',
    'reprise rewind',
    '--fast',
    'npm install @reprise/cor',
    'npm run benchmark',
    'examples/nowhere.ts',
  ]);
});

test('each cell of the page of changes that links to a test names one that exists', () => {
  const page = readFileSync(join(root, 'docs/changes.md'), 'utf8');
  const links = [...page.matchAll(/^\[([^\]]+)\]: (\S+\.test\.ts)(?: "(.+)")?$/gm)];
  expect(links.length).toBeGreaterThan(20);
  for (const [link, name, file = '', title = ''] of links) {
    expect(title, link).not.toBe('');
    expect(page, `[${name}] is used`).toContain(`][${name}]`);
    const source = readFileSync(join(root, 'docs', file), 'utf8').replaceAll("\\'", "'");
    for (const part of title.split(' > '))
      expect(source.includes(part), `${link}: '${part}' is in the test`).toBe(true);
  }
  const used = [...page.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => name);
  expect(links.map(([, name]) => name)).toEqual(expect.arrayContaining(used));
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
