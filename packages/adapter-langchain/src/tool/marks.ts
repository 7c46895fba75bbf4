const MARK = Symbol.for('reprise.langchain.tool');

/** A tool that needs no record of its own, for it makes calls itself. */
export function mark<T extends object>(tool: T): T {
  return Object.defineProperty(tool, MARK, { value: true });
}

/** Whether a tool needs no record. */
export function isDurable(tool: object): boolean {
  return MARK in tool;
}
