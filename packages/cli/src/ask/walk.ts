import { userInfo } from 'node:os';
import { type OpenWait, StateError } from '@reprise/core';
import type { Setting } from '../command/verb.ts';
import { line, wrap } from '../render/text.ts';
import { ago } from '../render/time.ts';
import { askFor } from './ask.ts';
import { problemsOf } from './fits.ts';
import { askLine, NotAnswered } from './prompt.ts';
import { questionOf } from './question.ts';

/** Walks through open waits in the terminal, and gives how many were answered. */
export async function answerOpen(setting: Setting, open: readonly OpenWait[]): Promise<number> {
  let answered = 0;
  try {
    for (const [i, wait] of open.entries()) {
      if (open.length > 1) setting.terminal.note(setting.terminal.style('dim', `\n${i + 1} of ${open.length}`));
      if (await answerOne(setting, wait)) answered++;
    }
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    setting.terminal.note('');
  }
  return answered;
}

async function answerOne(setting: Setting, wait: OpenWait): Promise<boolean> {
  const { reprise, terminal } = setting;
  terminal.note(introduction(wait, setting));
  const what = await askLine('Answer, reject, or skip? [A/r/s] ', setting);
  if (/^s/i.test(what)) return false;
  const { execution, name, schema } = wait;
  try {
    if (/^r/i.test(what)) {
      const reason = await askLine('Reason > ', setting);
      await reprise.waits.reject(execution, name, { by: whoAnswers(), ...(reason ? { reason } : {}) });
      return true;
    }
    for (;;) {
      const answer = await askFor(questionOf(schema), line(wait.question ?? name), setting);
      const problems = await problemsOf(answer, schema);
      if (problems.length === 0) {
        await reprise.waits.answer(execution, name, answer, { by: whoAnswers() });
        return true;
      }
      terminal.note(`  That does not fit: ${problems.join('; ')}`);
    }
  } catch (error) {
    // Somebody else was faster, or time was.
    if (!StateError.isInstance(error)) throw error;
    terminal.note(`  ${error.message}`);
    return false;
  }
}

function introduction({ execution, name, question, at, refused }: OpenWait, { terminal }: Setting): string {
  const now = Date.now();
  const lines = [
    `${terminal.style('yellow', '?')} ${terminal.style('bold', name)}  ${execution}, asked ${ago(at, now)}`,
  ];
  if (question) lines.push(...wrap(line(question), terminal.width - 2).map((text) => `  ${text}`));
  if (refused) lines.push(`  The last answer was refused: ${line(refused)}`);
  return lines.join('\n');
}

/** Recorded with an answer. */
export function whoAnswers(): string {
  try {
    return userInfo().username;
  } catch {
    return 'reprise';
  }
}
