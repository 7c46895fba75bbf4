const ITSELF = Symbol.for('reprise.langchain.tool');

/** A tool that needs no record of its own, for it makes calls itself. */
export function mark<T extends object>(tool: T): T {
  return Object.defineProperty(tool, ITSELF, { value: true });
}

export function isDurableByItself(tool: object): boolean {
  return ITSELF in tool;
}
