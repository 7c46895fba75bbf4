import { hostname } from 'node:os';
import { UsageError } from '../errors/index.ts';
import { maskArguments } from '../secrets/command.ts';
import { MASK } from '../secrets/names.ts';
import { maskText } from '../secrets/text.ts';

/** How the process was started that created an execution. */
export interface Launch {
  /** Without the secrets among its arguments. */
  readonly command: readonly string[];
  readonly directory: string;
  /** Secrets were left out of the command, so it cannot be started again as it stands here. */
  readonly hidden?: true;
  /** The name of the machine; missing in what the first releases wrote. */
  readonly host?: string;
  /** The execution that the whole process was started as. */
  readonly process?: string;
}

/** The environment variable that names the execution which this process is, and is to go on with. */
export const EXECUTION_ID = 'REPRISE_EXECUTION';
/** The one that tells the command and the directory with which it can be started again, as JSON. */
export const LAUNCH = 'REPRISE_LAUNCH';

const named = taken(EXECUTION_ID);
const told = taken(LAUNCH);

/** The id of the execution that this process was started as. */
export const processId: string | undefined = named;

/** Whether somebody has started this process who looks at its executions when it has ended, and tells how they stand. */
export const isLookedAfter: boolean = told !== undefined;

/** How this process was started: as whoever started it says, else as Node saw it. */
export function launchOfProcess(): Launch {
  const launch = told === undefined ? seen() : parse(told);
  return withoutSecrets({ ...launch, host: hostname(), ...(named === undefined ? {} : { process: named }) });
}

/** A launch as it is stored. */
export function withoutSecrets({ hidden, ...launch }: Launch): Launch {
  const command = maskArguments(launch.command);
  const isHidden = command !== launch.command || (hidden && command.some((argument) => argument.includes(MASK)));
  return { ...launch, command, ...(isHidden ? { hidden: true } : {}) };
}

function seen(): Launch {
  const [program = process.execPath, ...rest] = process.argv;
  return { command: [program, ...process.execArgv, ...rest], directory: process.cwd() };
}

function parse(text: string): Launch {
  try {
    const { command, directory } = JSON.parse(text);
    if (Array.isArray(command) && typeof directory === 'string') return { command: command.map(String), directory };
  } catch {
    // Said below.
  }
  throw new UsageError(
    `${LAUNCH} is { "command": [ … ], "directory": "…" } as JSON; it was ${maskText(text)}. Unset it.`,
  );
}

// A process that this one starts is not the same execution.
function taken(name: string): string | undefined {
  const value = process.env[name] || undefined;
  delete process.env[name];
  return value;
}
