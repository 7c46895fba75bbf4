import { usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';
import { askFor } from './ask.ts';
import { NotAnswered } from './prompt.ts';

/** Makes sure that what cannot be undone is meant. `again` is the command that needs no asking. */
export async function confirm(question: string, yes: boolean, again: string, setting: Setting): Promise<boolean> {
  if (yes) return true;
  if (!setting.terminal.isInteractive) throw usageError(`${question} Nobody is here to ask.`, again);
  try {
    return (await askFor({ is: 'yes-or-no' }, question, setting)) === true;
  } catch (error) {
    if (error instanceof NotAnswered) return false;
    throw error;
  }
}
