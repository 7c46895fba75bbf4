import { RepriseError } from '@reprise/core';
import { EXIT, type Exit } from './exit.ts';

/** An error as it is shown: what is the matter, and the command to type next. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exit: Exit;
}

/** Something that the command says no to. */
export class CommandError extends Error implements Failure {
  readonly code: string;
  readonly hint: string;
  readonly exit: Exit;

  constructor(exit: Exit, code: string, message: string, hint: string) {
    super(message);
    this.name = 'CommandError';
    this.exit = exit;
    this.code = code;
    this.hint = hint;
  }
}

export function usageError(message: string, hint: string): CommandError {
  return new CommandError(EXIT.usage, 'REPRISE_USAGE', message, hint);
}

export function notFound(message: string, hint: string): CommandError {
  return new CommandError(EXIT.notFound, 'REPRISE_NOT_FOUND', message, hint);
}

export function failed(code: string, message: string, hint: string): CommandError {
  return new CommandError(EXIT.failed, code, message, hint);
}

/** What hints say where only the reader knows the file: the program itself, when it starts something, cannot be imported. */
export const MODULE = '--module <the file that defines the flow>';

/** What to do next about the core's errors. */
const NEXT: Readonly<Record<string, { readonly hint: string; readonly exit?: Exit }>> = {
  REPRISE_NOT_FOUND: { hint: 'reprise list', exit: EXIT.notFound },
  REPRISE_USAGE: { hint: 'reprise show <id>', exit: EXIT.usage },
  REPRISE_STORE: { hint: 'reprise doctor' },
  REPRISE_STORE_OPEN: { hint: 'reprise doctor' },
  REPRISE_CORRUPT_RECORD: { hint: 'reprise doctor' },
  REPRISE_UNKNOWN_FLOW: { hint: `reprise resume <id> ${MODULE}` },
  REPRISE_WAITING: { hint: 'reprise answer', exit: EXIT.waiting },
  REPRISE_EXECUTION_BUSY: { hint: 'reprise watch <id>' },
  REPRISE_STATE: { hint: 'reprise show <id>' },
};

/** Any error as it is shown. `about` is the execution that the command was about. */
export function explain(error: unknown, about = '@last'): Failure {
  if (error instanceof CommandError) {
    const { code, message, hint, exit } = error;
    return { code, message, hint, exit };
  }
  if (RepriseError.isInstance(error)) {
    const { hint, exit = EXIT.failed } = NEXT[error.code] ?? { hint: 'reprise show <id>' };
    const { execution } = error as { execution?: unknown };
    const id = typeof execution === 'string' ? execution : about;
    return { code: error.code, message: error.message, hint: hint.replace('<id>', id), exit };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'REPRISE_FAILED', message, hint: 'reprise doctor', exit: EXIT.failed };
}
