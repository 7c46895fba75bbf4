import type { Prices, Reprise } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import type { Exit } from './exit.ts';

/** An option of a verb, under its name in kebab case. */
export interface OptionSpec {
  readonly says: string;
  /** What its value is called; without one it is a flag. */
  readonly value?: string;
  readonly short?: string;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly many?: true;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options that every verb has. */
export const COMMON_OPTIONS: OptionSpecs = {
  store: { value: 'uri', says: 'the store (default: REPRISE_STORE, or sqlite:.reprise/reprise.db)' },
  json: { says: 'print JSON' },
  quiet: { short: 'q', says: 'print ids only' },
  'no-color': { says: 'no colours' },
};

/** What was typed: texts of those that take a value, and whether the others are there. */
export type Given<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { many: true }
    ? readonly string[]
    : Specs[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

/** What a verb works with. */
export interface Setting {
  readonly reprise: Reprise;
  /** The URI of the store, so that programs that are started use the same. */
  readonly store: string;
  /** Prices of the user's own, where they were given. */
  readonly prices?: Prices;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** All that was typed behind the command's name. */
  readonly typed: readonly string[];
  /** All that the command does, for what is made of it. */
  readonly verbs: readonly Verb[];
  /** A verb that is at work for longer stops when this is aborted. */
  readonly interrupted: AbortSignal;
  /** As Ctrl-C does, which does not come as a signal while somebody is asked. */
  interrupt(): void;
}

/** What a verb has to say: data for `--json`, and the same for people. */
export type Outcome = (
  | { readonly item: unknown }
  | { readonly items: readonly unknown[]; readonly nextCursor?: string | undefined }
) & {
  readonly text: string;
  /** With `--quiet`, nothing but these is printed. */
  readonly ids?: readonly string[];
  readonly exit?: Exit;
};

/** One thing that the command does. */
export interface Verb<Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  /** In commander's words: `<id>`, `[file]`, `[args...]`. */
  readonly takes: string;
  readonly options: Specs;
  readonly examples: readonly string[];
  /** It may be the first to use the store. */
  readonly opensStore?: true;
  /** What follows the first argument belongs to the program that is started. */
  readonly passesOn?: true;
  /** Gives what it has to say; or, where it has said all, how it ended. */
  run(setting: Setting, args: readonly string[], given: Given<Specs>): Promise<Outcome | Exit>;
}

/** Ties the types of the options to the verb that reads them. */
export function verb<const Specs extends OptionSpecs>(definition: Verb<Specs>): Verb {
  return definition as unknown as Verb;
}
