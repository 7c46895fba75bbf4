import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reprise as Engine } from '@reprise/core';
import { Reprise } from '@reprise/core';

const COMMAND = join(import.meta.dirname, '..', 'bin', 'reprise.js');

/** What a process has done. */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Told of the process while it runs. */
  readonly during?: (child: ChildProcess, said: () => string) => void;
}

/** A user's project with the programs of the tests and a store of its own, in which the real command is run. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'reprise-cli-'));
  readonly store: string = `sqlite:${join(this.folder, 'test.db')}`;

  constructor() {
    cpSync(join(import.meta.dirname, 'programs'), this.folder, { recursive: true });
    symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    this.write('package.json', '{"type":"module"}');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs the command. */
  reprise(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.node([COMMAND, ...args], options);
  }

  /** Runs it with `--json`, and gives what it printed. */
  async json<T = never>(...args: string[]): Promise<T> {
    const [verb = '', ...rest] = args;
    const { out, err } = await this.reprise([verb, '--json', ...rest]);
    if (out === '') throw new Error(err);
    return JSON.parse(out);
  }

  /** Runs Node. */
  node(args: readonly string[], { env, input, during }: RunOptions = {}): Promise<Ran> {
    const child = spawn(process.execPath, args, { cwd: this.folder, env: this.#env(env) });
    return this.#ended(child, input, during);
  }

  /** Runs the command in a terminal of 80 columns, and types a line whenever one of the texts has appeared. */
  terminal(
    args: readonly string[],
    answers: readonly (readonly [says: string, line: string])[] = [],
    more: NodeJS.ProcessEnv = {},
  ): Promise<Ran> {
    const command = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
    const env = { ...this.#env(more), TERM: 'xterm', SHELL: '/bin/sh' };
    const line = `stty cols 80; ${command}`;
    // The same program by name, and another one.
    const within = process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', line] : ['-qefc', line, '/dev/null'];
    const child = spawn('script', within, { cwd: this.folder, env });
    const left = [...answers];
    let from = 0;
    return this.#ended(child, undefined, (_, said) => {
      child.stdout.on('data', () => {
        const [next] = left;
        if (!next || !said().slice(from).includes(next[0])) return;
        from = said().length;
        left.shift();
        child.stdin.write(`${next[1]}\r`);
      });
    });
  }

  /** Looks into the store with the library. */
  async inStore<T>(look: (reprise: Engine) => Promise<T>): Promise<T> {
    const reprise = new Reprise({ store: this.store });
    try {
      return await look(reprise);
    } finally {
      await reprise.close();
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of Object.keys(env))
      if (/^(REPRISE|VITEST|FORCE_COLOR|NO_COLOR|NODE_OPTIONS|COLUMNS|CI$)/.test(name)) delete env[name];
    return { ...env, REPRISE_STORE: this.store, ...more };
  }

  #ended(child: ChildProcess, input: string | undefined, during: RunOptions['during']): Promise<Ran> {
    let out = '';
    let err = '';
    child.stdout?.on('data', (data) => {
      out += data;
    });
    child.stderr?.on('data', (data) => {
      err += data;
    });
    during?.(child, () => out);
    if (input !== undefined) child.stdin?.end(input);
    return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })));
  }
}
