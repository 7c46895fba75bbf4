import type { CallRecord, ExecutionRecord } from '@reprise/core';

/** A call in the tree of an execution, with what a child execution did below the call that started it. */
export interface TreeRow {
  readonly execution: string;
  readonly call: CallRecord;
  /** What the lines of the tree look like in front of it. */
  readonly branch: string;
}

/** An execution with its children, by the ids of those. */
export interface Family {
  readonly root: ExecutionRecord;
  readonly children: ReadonlyMap<string, ExecutionRecord>;
}

/** The calls of an execution and of its children, as a tree in the order in which they began. */
export function treeOf({ root, children }: Family): TreeRow[] {
  const rows: TreeRow[] = [];
  add(root, undefined, '', true);
  return rows;

  function add(execution: ExecutionRecord, parent: string | undefined, indent: string, isTop: boolean): void {
    const calls = execution.journal.filter((call) => call.parent === parent);
    for (const [i, call] of calls.entries()) {
      const isLast = i === calls.length - 1;
      const branch = isTop ? '' : `${indent}${isLast ? '└─ ' : '├─ '}`;
      rows.push({ execution: execution.id, call, branch });
      const inside = isTop ? '' : `${indent}${isLast ? '   ' : '│  '}`;
      add(execution, call.id, inside, false);
      const child = call.kind === 'flow' ? children.get(`${execution.id}.${call.id}`) : undefined;
      if (child) add(child, undefined, inside, false);
    }
  }
}
