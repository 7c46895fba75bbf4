import { type ExecutionSummary, type OpenWait, type Reprise, UsageError } from '@reprise/core';

/** Answers by the names of waits, or by the ids that LangGraph has for its interrupts. */
export type Answers = Readonly<Record<string, unknown>>;

type Waits = Pick<Reprise['waits'], 'answer'>;

// LangGraph's interrupts are named by a hash.
const INTERRUPT = /^[0-9a-f]{32}$/;

/** Whether an input is LangGraph's way to go on: nothing, or a `Command` that answers. */
export function goesOn(input: unknown): boolean {
  return input === null || input === undefined || resumeOf(input) !== undefined;
}

/** What a `Command` answers with. */
export function resumeOf(input: unknown): { readonly value: unknown } | undefined {
  const command = input as { lg_name?: unknown; resume?: unknown } | null | undefined;
  const isAnswer = command?.lg_name === 'Command' && command.resume !== undefined && command.resume !== null;
  return isAnswer ? { value: command.resume } : undefined;
}

/** Gives each open question of an execution what was answered to it. */
export async function answerByName(waits: Waits, execution: ExecutionSummary, answers: Answers): Promise<void> {
  for (const [name, value] of Object.entries(answers)) {
    const isNamed = openIn(execution).some((wait) => wait.name === name);
    if (isNamed || !INTERRUPT.test(name)) await waits.answer(execution.id, name, value);
    else await answer(waits, referredTo(execution, name), value);
  }
}

/** Gives the open questions of an execution what a `Command` answers with. */
export async function answerByCommand(waits: Waits, execution: ExecutionSummary, input: unknown): Promise<void> {
  const { resume, update, goto = [] } = input as { resume: unknown; update?: unknown; goto?: unknown };
  if (update !== undefined || (Array.isArray(goto) ? goto.length > 0 : true)) {
    throw new UsageError(
      `Execution ${execution.id} stands at a question, and the Command has an update or a goto beside its answer. ` +
        'Answer alone, with new Command({ resume }), or change the state first, with updateState().',
    );
  }
  const byId = Object.entries(resume as object);
  if (typeof resume === 'object' && byId.length > 0 && byId.every(([id]) => INTERRUPT.test(id))) {
    const found = byId.map(([id, value]) => ({ wait: referredTo(execution, id), value }));
    for (const { wait, value } of found) await answer(waits, wait, value);
    return;
  }
  const [wait, ...others] = openIn(execution);
  if (!wait) {
    throw new UsageError(
      `Execution ${execution.id} is ${execution.status} and waits for no answer, so there is no use for that of the ` +
        'Command. Go on with an input of null, or with agent.resume().',
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `Execution ${execution.id} stands at several questions, and the Command has one answer. Say which it is for: ` +
        `new Command({ resume: { [id]: answer } }), with the ids of __interrupt__, or ` +
        `waits.answer('${execution.id}', name, answer). Open are ${listed(openIn(execution))}.`,
    );
  }
  await answer(waits, wait, resume);
}

function answer(waits: Waits, { execution, name }: OpenWait, value: unknown): Promise<void> {
  return waits.answer(execution, name, value);
}

function openIn({ waits }: ExecutionSummary): OpenWait[] {
  return waits.filter(({ sleep }) => !sleep);
}

function referredTo(execution: ExecutionSummary, id: string): OpenWait {
  const open = openIn(execution);
  const [wait, ...others] = open.filter(({ reference }) => reference === id);
  if (wait && others.length === 0) return wait;
  const problem = wait ? 'has several questions of one task with the id' : 'has no open question with the id';
  throw new UsageError(
    `Execution ${execution.id} ${problem} '${id}'. Open are ${listed(open) || 'none'}. ` +
      `Answer with waits.answer('${execution.id}', name, answer).`,
  );
}

function listed(waits: readonly OpenWait[]): string {
  return waits
    .map(({ name, reference, question }) => [name, reference && `id ${reference}`, question].filter(Boolean).join(', '))
    .map((text) => `(${text})`)
    .join(' ');
}
