import { UsageError } from '../errors/index.ts';

/** Where the command says which file it imports for its flows alone: each copy of the core looks there. */
const IMPORTED = Symbol.for('reprise.imported');

/** A file that starts something while it is imported for its flows would act, and pay, without being asked to. */
export function refuseWhileImported(id: string): void {
  const file = (globalThis as { [IMPORTED]?: string })[IMPORTED];
  if (file === undefined) return;
  throw new UsageError(
    `${file} was to be imported for the flows that it defines, and starts execution '${id}'. It was not started. ` +
      'Name the file that defines the flow; where it is this one, move the start into another file.',
  );
}
