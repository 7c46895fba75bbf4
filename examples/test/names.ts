// What a document names in its prose and its commands, and does not exist.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costs, executions, Reprise, waits } from '@reprise/core';
import { blocksOf, root } from './document.ts';

// The first two are run, the third is checked here, and the others claim nothing.
const LANGUAGES = ['ts', 'console', 'sh', 'text', 'mermaid'];
// LangGraph's.
const OTHERS = ['ToolNode'];
const NAMESPACES: Readonly<Record<string, object>> = { costs, executions, waits };

const filesOf = (...patterns: string[]) =>
  globSync(patterns, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));

const command = filesOf('packages/cli/src/**/*.ts').join('\n');
const sources = filesOf(
  'packages/*/src/**/*.ts',
  'packages/core/test/{services.ts,torture/*.ts,fuzz/fuzz.ts}',
  'packages/adapter-*/test/**/*.ts',
  'examples/{anthropic,research-agent}/*.ts',
).join('\n');
const manifests = filesOf('{.,packages/*,examples,benchmarks}/package.json').map((text) => JSON.parse(text));
const ofNpm = ['init', 'pkg'];
const scripts = new Set([...ofNpm, ...manifests.flatMap(({ scripts }) => Object.keys(scripts ?? {}))]);
const packages = new Set(
  manifests.flatMap(({ name, dependencies, devDependencies, peerDependencies }) => [
    name,
    ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  ]),
);

/** Each name in the document that leads nowhere, as it stands there. */
export function problemsOf(text: string): string[] {
  const blocks = blocksOf(text);
  const problems = blocks
    .filter(({ language }) => !LANGUAGES.includes(language))
    .map(({ language }) => `a block of '${language}', which nothing checks`);
  if (/^[ \t]+```/m.test(text)) problems.push('an indented block, which nothing checks');

  function find(where: string, pattern: RegExp, exists: (name: string) => boolean, say = (name: string) => name): void {
    for (const [, name = ''] of where.matchAll(pattern)) if (!exists(name)) problems.push(say(name));
  }

  const prose = text.replace(/^```.*?^```/gms, '');
  const code = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span).join('\n');
  const shell = blocks
    .filter(({ language }) => language === 'sh')
    .map((block) => block.text.replace(/\s#(?! npm install).*$/gm, ''));
  const both = [code, ...shell].join('\n');

  find(code, /\b((?:executions|waits|costs)\.\w+)/g, isMethod);
  find(code, /\bconfigure\(\{ (\w+)/g, isOption, (name) => `configure({ ${name} })`);
  find(code, /(?<![.\w])([a-z]\w*)\(/g, isWord);
  find(code, /(?<![.\w])([A-Z][a-z]+[A-Z]\w+)/g, isWord);
  find(both, /\b(REPRISE_[A-Z_]+)/g, isWord);
  find(both, /^(?:npx )?reprise ([a-z]+)/gm, isVerb, (verb) => `reprise ${verb}`);
  find(both, /^(?:npx )?reprise .*?(--[a-z-]+)/gm, (flag) => new RegExp(`\\b${flag.slice(2)}'?:`).test(command));
  for (const [, line = ''] of both.matchAll(/\bnpm install (.*)$/gm)) {
    find(
      line,
      /(\S+?)(?:@\d\S*)?(?=\s|$)/g,
      (name) => packages.has(name),
      (name) => `npm install ${name}`,
    );
  }
  const npm = shell.join('\n').replace(/^npm install.*$/gm, '');
  find(
    npm,
    /^npm (?:run )?(\w+)/gm,
    (name) => scripts.has(name),
    (name) => `npm run ${name}`,
  );
  find(npm, /\bnode (\S+\.ts)/g, (file) => existsSync(join(root, file)));
  return problems;
}

function isMethod(name: string): boolean {
  const [namespace = '', method = ''] = name.split('.');
  return method in (NAMESPACES[namespace] ?? {});
}

function isOption(name: string): boolean {
  try {
    new Reprise({ [name]: undefined });
    return true;
  } catch {
    return false;
  }
}

function isVerb(name: string): boolean {
  return name === 'help' || existsSync(join(root, `packages/cli/src/verbs/${name}.ts`));
}

/** Whether it stands in our sources, as a whole word, or is one of the names of others that those do not use. */
function isWord(name: string): boolean {
  return OTHERS.includes(name) || new RegExp(`\\b${name}\\b`).test(sources);
}
