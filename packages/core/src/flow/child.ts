import { makeCall } from '../calls/call.ts';
import {
  CancelledError,
  DivergenceError,
  FencedError,
  type OpenWait,
  StoreError,
  UsageError,
  WaitingError,
} from '../errors/index.ts';
import { ambient, type Execution } from '../execution/execution.ts';
import type { AnswerLetter, Recipient } from '../execution/mailbox.ts';
import type { CallContext } from '../execution/spec.ts';
import type { PendingWait } from '../execution/suspension.ts';
import type { Ambient, RunningCall, Scope } from '../identity/ambient.ts';
import { keys } from '../journal/keys.ts';
import type { Started } from './run.ts';

/** Starts the child that belongs to a call of the parent, or goes on with it. */
type BeginChild = (parent: string, call: string, input: unknown) => Promise<Started>;

/** Calls a flow inside of another one: a call of the parent's, and an execution of its own. */
export function callChild(here: Ambient<Execution>, name: string, input: unknown, begin: BeginChild): Promise<unknown> {
  const request = (given: unknown) => ({
    input: given,
    async run({ signal }: CallContext): Promise<unknown> {
      const { home, scope } = ambient.getStore() as Ambient<Execution>;
      const { key } = scope.call as RunningCall;
      const parent = await home.open();
      for (;;) {
        try {
          return await runChild(await begin(parent.id, key, given), signal);
        } catch (error) {
          if (WaitingError.isInstance(error)) await oneIsOver(parent, scope, error.waits);
          else if (CancelledError.isInstance(error) && signal.aborted) return parent.lifetime.parkIn(scope);
          else if (stopsParent(error)) {
            parent.lifetime.halt(error);
            return parent.lifetime.parkIn(scope);
          } else throw error;
        }
      }
    },
  });
  return makeCall(here, {
    kind: 'flow',
    name,
    ...request(input),
    change({ input: changed, model }) {
      if (model !== undefined || !changed) throw new UsageError('a flow has an input, and no model');
      return request(changed.value);
    },
  });
}

function runChild({ execution, result }: Started, signal: AbortSignal): Promise<unknown> {
  const cancel = () => execution?.lifetime.cancel('its parent was cancelled');
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return result.finally(() => signal.removeEventListener('abort', cancel));
}

function stopsParent(error: unknown): error is Error {
  return DivergenceError.isInstance(error) || FencedError.isInstance(error) || StoreError.isInstance(error);
}

/** The parent stands at the waits of a child that was parked. Resolves when the child can go on. */
function oneIsOver(parent: Execution, scope: Scope, waits: readonly OpenWait[]): Promise<void> {
  const { mailbox, suspension, environment } = parent;
  return new Promise((resolve) => {
    const standIns = waits.map((wait): PendingWait & Recipient => ({
      open: () => wait,
      lingers: false,
      checked: false,
      key: () => keys.answer(wait.execution, wait.name, wait.attempt),
      async receive(letter: AnswerLetter | undefined) {
        if (letter || (wait.until !== undefined && wait.until <= environment.world.now())) leave();
        else {
          this.checked = true;
          suspension.check();
        }
      },
    }));
    const leave = () => {
      for (const standIn of standIns) {
        suspension.remove(standIn);
        mailbox.remove(standIn);
      }
      resolve();
    };
    for (const standIn of standIns) {
      suspension.add(standIn, scope);
      mailbox.add(standIn);
    }
  });
}
