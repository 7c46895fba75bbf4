import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolLoopAgent } from 'ai';
import { z } from 'zod';
import { type Durable, type DurableOptions, durable } from '../src/index.ts';
import { type Content, type Script, scriptedModel } from './model.ts';

/** The newest of each major version, and the lowest that is taken. */
export const RELEASES: readonly string[] = ['ai', 'ai6', 'ai5', 'ai7-lowest', 'ai6-lowest', 'ai5-lowest'];

/** Those that know approvals. */
export const APPROVING: readonly string[] = RELEASES.filter((release) => !release.startsWith('ai5'));

export const anything: z.ZodType = z.object({}).loose();
export const text = (value: string): Content => ({ type: 'text', text: value });
export const use = (toolName: string, input: object = {}): Content => ({ type: 'tool-call', toolName, input });

/** A script of one turn with these calls, and one that says what came of them. */
export function turns(...calls: Content[]): Script {
  return (step, prompt) => (step === 0 ? calls : [text(JSON.stringify(prompt.at(-1)))]);
}

/** A release of the SDK. Version 5 brings modules that only Node's own loader finds. */
export function sdkOf(release: string): typeof import('ai') {
  return createRequire(import.meta.url)(release) as typeof import('ai');
}

export interface Made {
  readonly tools?: object;
  readonly name?: string;
  readonly model?: string;
  readonly settings?: object;
  readonly options?: DurableOptions;
}

/** Agents whose model calls are counted. */
export class Setting {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reprise-vercel-ai-'));
  #log = '';
  #count = 0;

  /** Counts from 0. */
  begin(): void {
    this.#log = join(this.#folder, `log-${this.#count++}`);
    appendFileSync(this.#log, '');
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** How many model calls were made. */
  get calls(): number {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').length - 1 : 0;
  }

  model(release: string, script: Script, name = 'scripted'): never {
    return scriptedModel(release, name, script, { log: this.#log });
  }

  /** An agent of a release that follows a script. */
  agent(release: string, script: Script, made: Made = {}): Durable<ToolLoopAgent<never>> {
    const { tools, name = crypto.randomUUID(), model, settings, options } = made;
    return durable(this.plain(release, script, { ...(tools ? { tools } : {}), ...settings }, model), {
      name,
      ...options,
    });
  }

  plain(release: string, script: Script, settings: object = {}, model?: string): ToolLoopAgent<never> {
    const ai = sdkOf(release);
    const Agent = (release.startsWith('ai5') ? Reflect.get(ai, 'Experimental_Agent') : ai.ToolLoopAgent) as new (
      settings: object,
    ) => ToolLoopAgent<never>;
    return new Agent({ model: this.model(release, script, model), stopWhen: ai.stepCountIs(10), ...settings });
  }
}
