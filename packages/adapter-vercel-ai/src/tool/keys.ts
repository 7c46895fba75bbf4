/** What tells a tool call from the others of a loop. */
export type KeyOf = (toolCallId: string | undefined) => string | undefined;

/** The keys of a loop's tool calls: there are providers that give the same ids again in each step. */
export function keysOfCalls(): KeyOf {
  const seen = new Map<string, number>();
  return (id) => {
    if (id === undefined) return undefined;
    const n = (seen.get(id) ?? 0) + 1;
    seen.set(id, n);
    return n === 1 ? id : `${id} ${n}`;
  };
}

/** Where a call stands alone, its id will do. */
export const sameKey: KeyOf = (id) => id;
