import type { OpenWait } from '@reprise/core';
import { answerCommand, isAnswer, nothingOpen, send, theOne } from '../arguments/answers.ts';
import { answerOpen } from '../ask/walk.ts';
import { EXIT } from '../command/exit.ts';
import { CommandError } from '../command/failure.ts';
import { type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { rootOf, startAgain } from '../launch/start-again.ts';
import { waitJson } from '../render/summary.ts';
import { line } from '../render/text.ts';
import { ago } from '../render/time.ts';

export const answer: Verb = verb({
  name: 'answer',
  summary: 'answer what waits, one wait or all of them in turn, and go on',
  takes: '[id] [value]',
  options: {
    yes: { short: 'y', says: 'answer yes' },
    no: { short: 'n', says: 'answer no' },
    value: { value: 'json', says: 'answer with this JSON, or @file' },
    file: { value: 'path', says: 'answer with what is in this file; - reads the input' },
    reject: { says: 'refuse to answer; a [value] is the reason' },
    wait: { value: 'name', says: 'which wait, where several are open' },
    by: { value: 'name', says: 'who answers (default: the user of this machine)' },
    later: { says: 'do not go on with the execution now' },
  },
  examples: ['reprise answer', 'reprise answer @waiting --yes', `reprise answer otters-1 '{"approved":true}'`],
  async run(setting, [typed, value], given) {
    const id = typed === undefined ? undefined : await resolveId(setting, typed);
    const open = await setting.reprise.waits.list(id === undefined ? {} : { execution: id });
    if (!isAnswer(value, given)) return walk(setting, open, id, given.later);
    if (open.length === 0 && id !== undefined) throw await nothingOpen(setting, id);
    const wait = theOne(open, id, given.wait);
    await send(setting, wait, value, given);
    return goOn(setting, [wait], given.later);
  },
});

async function walk(
  setting: Setting,
  open: readonly OpenWait[],
  id: string | undefined,
  later: boolean,
): Promise<Outcome> {
  if (open.length === 0) {
    if (id !== undefined) {
      const { message, hint } = await nothingOpen(setting, id);
      return { items: [], text: `${message}\n\n  Next: ${setting.terminal.command(hint)}` };
    }
    return { items: [], text: 'Nothing waits for an answer.' };
  }
  if (!setting.terminal.isInteractive || setting.json) {
    const text = open.map((wait) => described(wait, setting)).join('\n');
    return { items: open.map(waitJson), text, exit: EXIT.waiting, ids: open.map(({ execution }) => execution) };
  }
  await answerOpen(setting, open);
  const left = await setting.reprise.waits.list(id === undefined ? {} : { execution: id });
  const answered = open.filter(
    (wait) => !left.some(({ execution, name }) => execution === wait.execution && name === wait.name),
  );
  return goOn(setting, answered, later);
}

function described(wait: OpenWait, { terminal }: Setting): string {
  const { execution, name, question, at, schema } = wait;
  const asked = `? ${name}  ${execution}, asked ${ago(at, Date.now())}`;
  const text = question ? `\n  ${line(question)}` : '';
  const fits = schema === undefined ? '' : `\n  Schema: ${line(JSON.stringify(schema))}`;
  return `${asked}${text}${fits}\n  Next: ${terminal.command(answerCommand(wait))}`;
}

/** Goes on with what was answered, unless somebody else is at it or it cannot be done from here. */
async function goOn(setting: Setting, answered: readonly OpenWait[], later: boolean): Promise<Outcome> {
  const roots = new Map<string, Awaited<ReturnType<typeof rootOf>>>();
  for (const { execution } of answered) {
    const root = await rootOf(setting, execution);
    roots.set(root.id, root);
  }
  const lines = answered.map(({ execution, name }) => `✓ ${name} of ${execution} is answered.`);
  const resumed: unknown[] = [];
  let exit: Outcome['exit'] = EXIT.ok;
  for (const root of later ? [] : roots.values()) {
    if (root.status === 'running') continue;
    if (!setting.json) setting.terminal.note(lines.splice(0).join('\n'));
    try {
      const outcome = await startAgain(setting, root, false);
      if ('item' in outcome) resumed.push(outcome.item);
      exit = outcome.exit ?? exit;
    } catch (error) {
      // The answer is given; that it cannot go on from here takes nothing away.
      if (!(error instanceof CommandError)) throw error;
      lines.push(`${error.message}`, `  Next: ${setting.terminal.command(error.hint)}`);
    }
  }
  const item = { answered: answered.map(({ execution, name }) => ({ execution, name })), resumed };
  return { item, text: lines.join('\n'), exit, ids: [...roots.keys()] };
}
