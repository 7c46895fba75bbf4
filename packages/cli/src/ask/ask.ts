import type { Setting } from '../command/verb.ts';
import { line } from '../render/text.ts';
import { edit } from './editor.ts';
import { askLine } from './prompt.ts';
import type { Part, Question } from './question.ts';

/** Asks until there is an answer of the kind. */
export async function askFor(question: Question, says: string, setting: Setting): Promise<unknown> {
  for (;;) {
    const found = await tryFor(question, says, setting);
    if (found) return found.value;
    setting.terminal.note(`  ${HELP[question.is]}`);
  }
}

const HELP: Readonly<Record<Question['is'], string>> = {
  'yes-or-no': 'Type y or n.',
  choice: 'Type the number of a choice.',
  text: 'Type a text.',
  number: 'Type a number.',
  parts: '',
  json: 'That was no JSON. Once more.',
  anything: '',
};

type Found = { readonly value: unknown } | undefined;

async function tryFor(question: Question, says: string, setting: Setting): Promise<Found> {
  const ask = (how: string) => askLine(`${says} ${how}`, setting);
  switch (question.is) {
    case 'yes-or-no':
      return yesOrNo(await ask('[y/n] '));
    case 'choice': {
      setting.terminal.note(question.choices.map((choice, i) => `  ${i + 1}) ${line(textOf(choice))}`).join('\n'));
      return chosen(question.choices, await ask(`[1-${question.choices.length}] `));
    }
    case 'text':
      return { value: await ask('> ') };
    case 'number': {
      const text = await ask('(a number) > ');
      return text === '' || Number.isNaN(Number(text)) ? undefined : { value: Number(text) };
    }
    case 'anything':
      return { value: jsonOrText(await ask('> ')) };
    case 'json':
      return parsed(edit('{\n  \n}\n', 'answer.json'));
    case 'parts':
      return { value: await askParts(question.parts, says, setting) };
  }
}

async function askParts(parts: readonly Part[], says: string, setting: Setting): Promise<unknown> {
  const answer: Record<string, unknown> = {};
  if (parts.length > 1) setting.terminal.note(says);
  for (const { name, says: described, isNeeded, question } of parts) {
    const label = parts.length > 1 ? `  ${name}${described ? ` (${line(described)})` : ''}` : says;
    if (isNeeded) answer[name] = await askFor(question, label, setting);
    else {
      const isGiven = await askFor({ is: 'yes-or-no' }, `  Give ${name}, too?`, setting);
      if (isGiven === true) answer[name] = await askFor(question, label, setting);
    }
  }
  return answer;
}

function yesOrNo(text: string): Found {
  if (/^(y|yes)$/i.test(text)) return { value: true };
  return /^(n|no)$/i.test(text) ? { value: false } : undefined;
}

function chosen(choices: readonly unknown[], text: string): Found {
  const index = /^\d+$/.test(text) ? Number(text) - 1 : choices.findIndex((choice) => textOf(choice) === text);
  return index in choices ? { value: choices[index] } : undefined;
}

function textOf(choice: unknown): string {
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

/** JSON where it is, else the text itself. */
export function jsonOrText(text: string): unknown {
  return parsed(text)?.value ?? text;
}

function parsed(text: string): Found {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
