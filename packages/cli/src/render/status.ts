import type { styleText } from 'node:util';
import type { CallStatus, ExecutionStatus } from '@reprise/core';

type Format = Parameters<typeof styleText>[0];

/** A status by form as well as by colour. */
export const STATUS: Readonly<
  Record<ExecutionStatus | CallStatus, { readonly sign: string; readonly format: Format }>
> = {
  running: { sign: '▶', format: 'cyan' },
  waiting: { sign: '?', format: 'yellow' },
  completed: { sign: '✓', format: 'green' },
  failed: { sign: '✗', format: 'red' },
  crashed: { sign: '!', format: 'red' },
  cancelled: { sign: '∅', format: 'gray' },
  begun: { sign: '…', format: 'cyan' },
};
