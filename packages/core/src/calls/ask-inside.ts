import type { Begun } from '../execution/begun.ts';
import { ambient, type Execution } from '../execution/execution.ts';
import { type RunningCall, type Scope, scopeStart } from '../identity/ambient.ts';
import { callKey } from '../journal/records.ts';
import type { WaitSpec } from './opened-wait.ts';
import { makeWait } from './wait.ts';

/** Asks a person about a call before it is made. The question stands inside of the call, in a scope of this name. */
export function askInside(
  execution: Execution,
  { start, scope, work }: Begun,
  name: string,
  question: WaitSpec,
): Promise<unknown> {
  const id = `${start.id}/${name}`;
  const { kind, name: called } = start;
  const { signal } = execution.lifetime;
  const key = callKey(start);
  const call: RunningCall = { id: start.id, key, kind, name: called, attempt: 0, signal, parent: scope.call, work };
  const inside: Scope = { id, sequential: false, parent: scope, call };
  const here = { home: execution, scope: inside, cause: scopeStart(id) };
  return ambient.run(here, () => makeWait(here, question));
}
