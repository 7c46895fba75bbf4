import { spawn } from 'node:child_process';

export interface RunScriptOptions {
  readonly args?: readonly string[];
  /** Flags of Node's own. */
  readonly nodeArgs?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the process when it is aborted, with SIGKILL: it has no time to tidy up. */
  readonly kill?: AbortSignal;
}

/** How a process ended. */
export interface ScriptEnd {
  /** All that it printed, on both streams, without space around it. */
  readonly output: string;
  /** `null` where a signal ended it. */
  readonly code: number | null;
  /** Such as `SIGKILL`. */
  readonly signal: string | null;
}

/**
 * Runs a script as a process of its own, under the same Node, until it ends or is killed. A program that is killed and
 * run again, on a store that outlives it, shows what it loses.
 */
export function runScript(script: string, options: RunScriptOptions = {}): Promise<ScriptEnd> {
  const { args = [], nodeArgs = [], env = {}, kill } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    const end = () => child.kill('SIGKILL');
    if (kill?.aborted) end();
    kill?.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      kill?.removeEventListener('abort', end);
      resolve({ output: output.trim(), code, signal });
    });
  });
}
