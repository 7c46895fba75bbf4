import type { Entry } from './entry.ts';

/** A named scope's id is its parent's with a part added; what is inside of it is inside of the parent, too. */
export function topScope(scope: string): string {
  const named = scope.indexOf('/');
  return named === -1 ? scope : scope.slice(0, named);
}

/** A scope and those around it, outward. Around a call's own scope is the one in which the call stands. */
export function* outward(entries: ReadonlyMap<string, Entry>, scope: string): Generator<string> {
  for (let at: string | undefined = scope; at !== undefined; ) {
    yield at;
    if (at === '') return;
    const named: number = at.lastIndexOf('/');
    at = named === -1 ? entries.get(at)?.start.scope : at.slice(0, named);
  }
}
