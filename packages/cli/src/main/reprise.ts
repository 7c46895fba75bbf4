import { Reprise } from '@reprise/core';
import { maskArguments, maskText } from '@reprise/core/store';
import { CommanderError } from 'commander';
import { EXIT, type Exit } from '../command/exit.ts';
import { explain, type Failure, usageError } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { storeToRead, storeUri } from '../find/store.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { verbs } from '../verbs/index.ts';
import { buildProgram, type Typed } from './parser.ts';

/** Runs the command with these arguments, and gives the exit code. */
export async function reprise(args: readonly string[]): Promise<number> {
  const own = beforeProgram(args);
  let json = own.includes('--json');
  const colour = !own.includes('--no-color');
  let terminal = processTerminal({ colour });
  let typed: Typed | undefined;
  try {
    typed = await parse(args, terminal);
    json = typed?.common.json ?? json;
    terminal = processTerminal({ colour, store: typed?.common.store });
    return typed ? await carryOut(typed, args, terminal) : EXIT.ok;
  } catch (error) {
    const failed = explain(error instanceof CommanderError ? asUsage(error, own) : error, subjectOf(typed));
    const hide = hiding(args);
    const failure = { ...failed, message: hide(failed.message), hint: hide(terminal.command(failed.hint)) };
    terminal.note(json ? JSON.stringify({ error: shown(failure) }) : words(failure, terminal));
    return failure.exit;
  }
}

async function parse(args: readonly string[], terminal: Terminal): Promise<Typed | undefined> {
  let typed: Typed | undefined;
  const program = buildProgram(verbs, terminal, (found) => {
    typed = found;
  });
  try {
    await program.parseAsync(args.length === 0 ? ['help'] : [...args], { from: 'user' });
  } catch (error) {
    // Commander has nothing to say about help of a verb that is none.
    if (error instanceof CommanderError && error.message === '(outputHelp)' && error.exitCode !== 0) {
      throw usageError(`There is no verb '${args[1]}'.`, 'reprise help');
    }
    // Help that was asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return typed;
}

async function carryOut(
  { verb, args, given, common }: Typed,
  typed: readonly string[],
  terminal: Terminal,
): Promise<Exit> {
  const store = storeUri(common.store);
  const engine = new Reprise({ store: verb.opensStore ? store : storeToRead(store) });
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  const { signal: interrupted } = interruption;
  const json = common.json;
  const setting: Setting = { reprise: engine, store, terminal, json, typed, interrupted, interrupt, verbs };
  try {
    const outcome = await verb.run(setting, args, given);
    if (interrupted.aborted) return EXIT.interrupted;
    if (typeof outcome === 'number') return outcome;
    print(verb.name, outcome, setting, common.quiet);
    return outcome.exit ?? EXIT.ok;
  } catch (error) {
    if (interrupted.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    await engine.close();
  }
}

function print(command: string, outcome: Outcome, { json, terminal }: Setting, quiet: boolean): void {
  if (json) {
    const { text: _text, ids: _ids, exit: _exit, ...data } = outcome;
    const page = 'items' in data ? { items: data.items, nextCursor: data.nextCursor ?? null } : data;
    terminal.out(JSON.stringify({ command, ...page }, undefined, 2));
  } else terminal.out(quiet && outcome.ids ? outcome.ids.join('\n') : outcome.text);
}

/** Errors quote what was typed, and what was typed may hold a secret. */
function hiding(args: readonly string[]): (text: string) => string {
  const shown = maskArguments(args);
  const secrets = args.flatMap((argument, i) => (shown[i] === argument ? [] : [[argument, shown[i] ?? ''] as const]));
  // One of a few letters may be a part of any word.
  const telling = secrets.filter(([argument]) => argument.length >= 6);
  return (text) => telling.reduce((all, [argument, masked]) => all.replaceAll(argument, masked), maskText(text));
}

/** The execution that a verb is about. */
function subjectOf(typed: Typed | undefined): string | undefined {
  return typed?.verb.takes.includes('id') ? typed.args[0] : undefined;
}

/** Options behind the program's name are the program's. */
function beforeProgram(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

function asUsage(error: CommanderError, args: readonly string[]): Error {
  const verb = verbs.find(({ name, alias }) => args.includes(name) || (alias && args.includes(alias)));
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return usageError(
    message.endsWith('.') ? message : `${message}.`,
    verb ? `reprise help ${verb.name}` : 'reprise help',
  );
}

function shown({ code, message, hint }: Failure): Omit<Failure, 'exit'> {
  return { code, message, hint };
}

function words({ message, hint }: Failure, { style }: Terminal): string {
  return `${style('red', 'Error:')} ${message}\n\n  Next: ${style('bold', hint)}`;
}
