import { Command, Option } from 'commander';
import { COMMON_OPTIONS, type Given, type OptionSpec, type OptionSpecs, type Verb } from '../command/verb.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { VERSION } from '../version.ts';

/** What was typed. */
export interface Typed {
  readonly verb: Verb;
  readonly args: readonly string[];
  readonly given: Given<OptionSpecs>;
  readonly common: { readonly store: string | undefined; readonly json: boolean; readonly quiet: boolean };
}

/** The parser of all verbs. */
export function buildProgram(verbs: readonly Verb[], terminal: Terminal, then: (typed: Typed) => void): Command {
  const program = new Command('reprise')
    .description('Durable AI agents: run them, look at them, answer them, go on with them.')
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [verb]', 'print help of a verb')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(terminal.width, 100),
    })
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  for (const verb of verbs) program.addCommand(commandOf(verb, program, then));
  return program;
}

function commandOf(verb: Verb, program: Command, then: (typed: Typed) => void): Command {
  const command = new Command(verb.name).copyInheritedSettings(program).summary(verb.summary).description(verb.summary);
  if (verb.alias) command.alias(verb.alias);
  if (verb.takes) command.arguments(verb.takes);
  if (verb.passesOn) command.passThroughOptions();
  const specs: OptionSpecs = { ...verb.options, ...COMMON_OPTIONS };
  for (const [name, spec] of Object.entries(specs)) command.addOption(optionOf(name, spec));
  command.addHelpText('after', `\nExamples:\n${verb.examples.map((line) => `  ${line}`).join('\n')}`);
  command.action(() => {
    const { store, json, quiet, 'no-color': _colour, ...given } = givenTo(command, specs);
    const common = { store: store as string | undefined, json: json === true, quiet: quiet === true };
    then({ verb, args: command.args, given, common });
  });
  return command;
}

function flagsOf(name: string, { short, value }: OptionSpec): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`;
}

function optionOf(name: string, spec: OptionSpec): Option {
  const option = new Option(flagsOf(name, spec), spec.says);
  if (spec.choices && !spec.many) option.choices(spec.choices);
  if (spec.many) option.default([], 'none').argParser((text: string, before: string[]) => [...before, text]);
  return option;
}

function givenTo(command: Command, specs: OptionSpecs): Given<OptionSpecs> {
  const given: Record<string, string | boolean | readonly string[] | undefined> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const found = command.getOptionValue(optionOf(name, spec).attributeName());
    given[name] = found ?? (spec.value ? undefined : false);
  }
  return given as Given<OptionSpecs>;
}
