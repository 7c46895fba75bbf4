import type { OpenWait } from '@reprise/core';
import { jsonOrText } from '../ask/ask.ts';
import { problemsOf } from '../ask/fits.ts';
import { meansOf, questionOf } from '../ask/question.ts';
import { whoAnswers } from '../ask/walk.ts';
import { type CommandError, failed, notFound, usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';
import { isAnswered } from '../render/open.ts';
import { nextOf } from '../render/show.ts';
import { fileValue, typedValue } from './json.ts';

/** An answer as it was typed; a text may stand beside it. */
export interface TypedAnswer {
  readonly yes: boolean;
  readonly no: boolean;
  readonly value: string | undefined;
  readonly file: string | undefined;
  readonly reject: boolean;
  readonly wait: string | undefined;
  readonly by: string | undefined;
}

/** Whether there is one. */
export function isAnswer(text: string | undefined, { yes, no, reject, value, file }: TypedAnswer): boolean {
  return yes || no || reject || [text, value, file].some((one) => one !== undefined);
}

/** The wait that is meant, by its name where several are open. */
export function theOne(open: readonly OpenWait[], id: string | undefined, name: string | undefined): OpenWait {
  const where = id ?? '';
  const named = name === undefined ? open : open.filter((wait) => wait.name === name);
  const [only] = named;
  if (only && named.length === 1) return only;
  if (named.length > 1) {
    const names = named.map((wait) => `${wait.name} of ${wait.execution}`).join(', ');
    throw usageError(
      `Several waits are open: ${names}. Say which.`,
      `reprise answer ${only?.execution} --wait ${only?.name} …`,
    );
  }
  const others = open.map((wait) => wait.name).join(', ');
  const what = name === undefined ? 'Nothing waits' : `No wait '${name}' is open`;
  throw notFound(
    `${what}${where ? ` in ${where}` : ''}${others ? `; open are: ${others}` : ''}.`,
    `reprise show ${where || '@last'}`,
  );
}

/** Why an execution asks nothing, and what to do in place of an answer. */
export async function nothingOpen({ reprise }: Setting, id: string): Promise<CommandError> {
  const execution = await reprise.executions.get(id);
  const { status, waits } = execution;
  const next = nextOf(execution, []);
  if (!isAnswered(execution, [])) {
    return notFound(`Nothing waits in ${id}: it ${status === 'waiting' ? 'sleeps' : `is ${status}`}.`, next);
  }
  const names = waits.filter(({ sleep }) => !sleep).map(({ name }) => `'${name}'`);
  return notFound(`${names.join(', ')} of ${id} is answered already, and the first answer counts.`, next);
}

/** The command that answers a wait, with what is to be filled in. */
export function answerCommand({ execution, name, schema }: OpenWait): string {
  const how = meansOf(true, schema) === undefined ? '--value <json>' : '--yes';
  return `reprise answer ${execution} --wait ${name} ${how}`;
}

/** Sends an answer as it was typed, checked first. */
export async function send(
  { reprise }: Setting,
  wait: OpenWait,
  text: string | undefined,
  given: TypedAnswer,
): Promise<void> {
  const ways = [given.yes, given.no, given.reject, given.value !== undefined, given.file !== undefined].filter(Boolean);
  if (ways.length + (text !== undefined && !given.reject ? 1 : 0) > 1) {
    throw usageError(
      'One answer at a time: a value, --yes, --no, --value, --file or --reject.',
      `reprise answer ${wait.execution} --yes`,
    );
  }
  const by = given.by ?? whoAnswers();
  const { execution, name, schema } = wait;
  if (given.reject) return reprise.waits.reject(execution, name, { by, ...(text ? { reason: text } : {}) });
  const value = await answerFrom(wait, text, given);
  const problems = await problemsOf(value, schema);
  if (problems.length > 0) {
    throw failed(
      'REPRISE_ANSWER_REFUSED',
      `The answer to '${name}' does not fit: ${problems.join('; ')}. The wait is still open.`,
      answerCommand(wait),
    );
  }
  await reprise.waits.answer(execution, name, value, { by });
}

async function answerFrom(
  { execution, schema }: OpenWait,
  text: string | undefined,
  given: TypedAnswer,
): Promise<unknown> {
  if (given.value !== undefined) return typedValue(given.value, '--value');
  if (given.file !== undefined) return fileValue(given.file);
  // A text that is to be a text is one, even where it reads as JSON.
  if (text !== undefined) return questionOf(schema).is === 'text' ? text : jsonOrText(text);
  const means = meansOf(given.yes, schema);
  if (means !== undefined) return means;
  throw usageError(
    `What it asks is no question of yes or no. Its schema: ${JSON.stringify(schema)}`,
    `reprise answer ${execution} --value <json>`,
  );
}
