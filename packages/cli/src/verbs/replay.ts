import type { ReplayOptions } from '@reprise/core';
import { typedValue } from '../arguments/json.ts';
import { overridesOf } from '../arguments/overrides.ts';
import { failed, MODULE, usageError } from '../command/failure.ts';
import { type Given, type OptionSpecs, type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { secretsNeeded } from '../launch/again.ts';
import { carryOn } from '../launch/carry-on.ts';
import { resultHere } from '../launch/module.ts';
import { newId } from '../launch/new-id.ts';
import { refuseWhenOff } from '../launch/off.ts';
import { quoted } from '../render/command-line.ts';
import { usd } from '../render/money.ts';
import { planJson, planText } from '../render/plan.ts';
import { counted } from '../render/text.ts';

const OPTIONS = {
  from: { value: 'call', says: 'the call from which it plays again: its path, name, name#2, or id' },
  set: {
    value: 'call=value',
    many: true,
    says: 'what this call gives, or the answer to this wait: JSON, a text, or @file',
  },
  error: { value: 'call=message', many: true, says: 'this call fails with this message' },
  'set-input': { value: 'call=json', many: true, says: 'this call is made with this input' },
  model: { value: 'call=model', many: true, says: 'this model call is made with this model' },
  input: { value: 'json', says: 'another input; of a program, the array of its arguments: \'["owls"]\'' },
  reuse: {
    value: 'what',
    choices: ['before', 'unchanged'],
    says: 'keep what came before (default), or all that is unchanged',
  },
  id: { value: 'id', says: 'the id of the new execution' },
  module: { value: 'file', says: 'the module that defines the flow, where it is no program' },
  'dry-run': { says: 'only say what is kept, what runs again, and what that costs' },
} as const satisfies OptionSpecs;

export const replay: Verb = verb({
  name: 'replay',
  summary: 'make a new execution from a recorded one, with something changed; the recorded one stays as it is',
  takes: '<id>',
  options: OPTIONS,
  examples: [
    'reprise replay @last --from draft --dry-run',
    "reprise replay otters-1 --set 'research=@notes.json'",
    'reprise replay otters-1 --model draft=gpt-5 --reuse unchanged',
  ],
  async run(setting, [typed = ''], given) {
    const { reprise } = setting;
    const id = await resolveId(setting, typed);
    const options = await optionsOf(setting, id, given);
    if (given['dry-run']) {
      const plan = await reprise.executions.planReplay(id, options);
      return { item: planJson(plan), text: planText(plan, id, setting.terminal) };
    }
    const again = typedAgain(given);
    refuseWhenOff('replay', id, again);
    if (!says(options)) await refuseWhole(setting, id, again);
    if (given.module !== undefined) {
      return resultHere(setting, given.module, ({ executions }) => executions.replay(id, options));
    }
    return replayProgram(setting, id, options, again);
  },
});

async function optionsOf(setting: Setting, id: string, given: Given<typeof OPTIONS>): Promise<ReplayOptions> {
  const { from, reuse, input } = given;
  const overrides = await overridesOf(setting, id, given);
  return {
    ...(from === undefined ? {} : { from }),
    ...(reuse === undefined ? {} : { reuse: reuse as 'before' | 'unchanged' }),
    ...(input === undefined ? {} : { input: await typedValue(input, '--input') }),
    ...(Object.keys(overrides).length > 0 ? { overrides } : {}),
    ...(given.id === undefined ? {} : { id: given.id }),
  };
}

/** Whether something is kept, or something is changed. */
function says({ from, reuse, input, overrides }: ReplayOptions): boolean {
  return from !== undefined || reuse !== undefined || input !== undefined || overrides !== undefined;
}

/** Without a word of what is to change, each call would be made and paid for again. */
async function refuseWhole({ reprise }: Setting, id: string, typed: readonly string[]): Promise<void> {
  const { again, cost } = await reprise.executions.planReplay(id, {});
  const [first] = again;
  if (!first) return;
  const price = cost.again.nanoUsd > 0 ? `, for about ${usd(BigInt(cost.again.nanoUsd))}` : '';
  throw usageError(
    `Nothing was named that is to change, so all of ${id} would run again: ${counted(again.length, 'call')}${price}. ` +
      'Say from which call it plays again, or what is to be another one.',
    ['reprise replay', id, '--from', ...[first.path, ...typed].map(quoted)].join(' '),
  );
}

/** The options as they were typed: the next command has them, too. */
function typedAgain(given: Given<typeof OPTIONS>): string[] {
  return Object.keys(OPTIONS).flatMap((name) => {
    const values = [given[name as keyof typeof OPTIONS]].flat();
    return values.flatMap((value) => (typeof value === 'string' ? [`--${name}`, value] : []));
  });
}

/** Starts the program once more, as the new execution. */
async function replayProgram(
  setting: Setting,
  source: string,
  options: ReplayOptions,
  typed: readonly string[],
): Promise<Outcome> {
  const { executions } = setting.reprise;
  const { flow, launch } = await executions.get(source);
  if (!flow.startsWith('process ')) {
    throw failed(
      'REPRISE_MODULE_NEEDED',
      `Execution ${source} is one of flow '${flow}', which is played again where the file that defines it is ` +
        'imported. Name that file. It may start nothing of its own.',
      ['reprise replay', source, ...typed.map(quoted), MODULE].join(' '),
    );
  }
  const prepared = await executions.prepareReplay(source, { id: newId(launch.command), ...options });
  const { id } = prepared;
  const { command, directory, hidden } = prepared.launch;
  if (hidden) throw secretsNeeded(id, prepared.launch, id);
  if (!setting.json) setting.terminal.note(`Execution ${setting.terminal.style('bold', id)}, a replay of ${source}`);
  return carryOn(setting, { command, directory, id }, (one) => one.id === id || one.launch.process === id);
}
