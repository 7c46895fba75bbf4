import { styleText } from 'node:util';
import { maskAddress } from '@reprise/core/store';

type Format = Parameters<typeof styleText>[0];

/** Where a verb writes, and whom it may ask. */
export interface Terminal {
  /** How many columns there are; as many as one likes where no terminal is. */
  readonly width: number;
  /** Whether somebody sits there who can be asked. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Colours a text, where there are colours. */
  style(format: Format, text: string): string;
  /** A command as it is to be typed next, here: on the same store. */
  command(text: string): string;
  /** The result: what a pipe gets. */
  out(text: string): void;
  /** What goes on, and what went wrong. */
  note(text: string): void;
  /** How far long work has come, where somebody sees it. */
  progress(what: string, done: number, all: number): void;
}

const CLEAR_LINE = '\r\u001b[K';

export interface TerminalOptions {
  readonly colour: boolean;
  /** The store that was named, so that the next command is about the same one. */
  readonly store?: string | undefined;
}

/** The terminal of this process. */
export function processTerminal({ colour, store }: TerminalOptions): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const hasColour = colour && stdout.isTTY === true && stdout.hasColors?.();
  return {
    width: stdout.columns ?? (Number(env.COLUMNS) || Number.POSITIVE_INFINITY),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    hasColour,
    style: (format, text) => (hasColour ? styleText(format, text, { validateStream: false }) : text),
    // Behind the verb, for what stands at the end may belong to a program.
    command: (text) =>
      store
        ? text.replace(/^(?:REPRISE=on )?reprise (?!help|completion)\S+/, `$& --store ${maskAddress(store)}`)
        : text,
    out: (text) => stdout.write(withNewline(text)),
    note: (text) => stderr.write(withNewline(text)),
    progress(what, done, all) {
      if (stderr.isTTY) stderr.write(done === all ? CLEAR_LINE : `${CLEAR_LINE}${what} ${done} of ${all} …`);
    },
  };
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
