/** What scripts can branch on. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed: the execution, or the command itself. */
  failed: 1,
  /** The command was typed wrong. */
  usage: 2,
  notFound: 3,
  /** An execution waits for an answer. */
  waiting: 4,
  interrupted: 130,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];
