// A document as a test: its `ts` blocks are files, its `console` blocks are what happens when one runs them.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// How a shell tells that a program was ended by SIGKILL.
const KILLED = 128 + 9;

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A block between fences, with the language behind the opening one and the line that it stands on. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const match of markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const [, language = '', text = ''] = match;
    blocks.push({ language, text, line: markdown.slice(0, match.index).split('\n').length });
  }
  return blocks;
}

/** A command of a `console` block, and the lines that follow it. */
export interface Command {
  readonly command: string;
  readonly output: string;
}

export function commandsOf({ text }: Block): Command[] {
  const [before, ...parts] = `\n${text}`.split('\n$ ');
  if (before?.trim()) throw new Error(`A console block begins with a command, "$ …", and not with:${before}`);
  return parts.map((part) => {
    const [command = '', ...output] = part.split('\n');
    return { command, output: output.join('\n').trimEnd() };
  });
}

/** The file that a `ts` block is: its first line names it. */
export function fileOf({ text, line }: Block): string {
  const name = /^\/\/ ([\w./-]+\.ts)\n/.exec(text)?.[1];
  if (name === undefined)
    throw new Error(`The block in line ${line} has no first line that names its file: // name.ts`);
  return name;
}

/** A project of a user's who has installed the packages, with nothing else in it. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'reprise-document-'));

  constructor() {
    symlinkSync(join(root, 'examples', 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    this.write('package.json', JSON.stringify({ type: 'module' }));
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], strict: true },
      ...{ noEmit: true, allowImportingTsExtensions: true, erasableSyntaxOnly: true, skipLibCheck: true },
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions }));
  }

  write(file: string, text: string): void {
    if (existsSync(join(this.folder, file))) throw new Error(`Two blocks are the file ${file}.`);
    writeFileSync(join(this.folder, file), text);
  }

  /** What the command prints; what it says about errors as well, where it fails without being killed. */
  run(command: string): string {
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
    for (const name of Object.keys(env)) if (/^(REPRISE|VITEST|FORCE_COLOR|NODE_OPTIONS)/.test(name)) delete env[name];
    const commands = join(this.folder, 'node_modules', '.bin');
    env.PATH = [dirname(process.execPath), commands, env.PATH].join(delimiter);
    const { stdout, stderr, status } = spawnSync('sh', ['-c', command], { cwd: this.folder, env, encoding: 'utf8' });
    const isFine = status === 0 || status === null || status === KILLED;
    return (isFine ? stdout : stdout + stderr).trimEnd();
  }

  /** Checks the types of all files against what users install; empty where there is nothing to complain about. */
  typeErrors(): string {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    try {
      execFileSync(process.execPath, [compiler, '-p', '.'], { cwd: this.folder, encoding: 'utf8' });
      return '';
    } catch (error) {
      return String((error as { stdout?: string }).stdout || error);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where `…` stands in what a document says, anything may be printed. */
export function printsAs(output: string): RegExp {
  const parts = output.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^\\n]*')}$`);
}

export function readDocument(path: string): Block[] {
  return blocksOf(readFileSync(join(root, path), 'utf8'));
}
