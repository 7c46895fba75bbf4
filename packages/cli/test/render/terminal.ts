import type { Terminal } from '../../src/terminal/terminal.ts';

/** A terminal of so many columns without colours; of all that one likes where none are said. */
export function terminalOf(width: number = Number.POSITIVE_INFINITY): Terminal {
  return {
    width,
    isInteractive: false,
    hasColour: false,
    style: (_, text) => text,
    command: (text) => text,
    out() {},
    note() {},
    progress() {},
  };
}
