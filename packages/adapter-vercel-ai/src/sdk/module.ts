import { UsageError } from '@reprise/core';
import { isInExecution, isOff, scope } from '@reprise/core/adapter';
import { bound, type Settings } from '../agent/binding.ts';
import { covered } from '../model/covered.ts';
import { useGateway } from '../model/look-up.ts';
import { spreadNet } from './net.ts';

type Operation = (settings: Settings, ...rest: unknown[]) => unknown;

const OPERATIONS =
  /^(experimental_)?(generateText|streamText|generateObject|streamObject|embed|embedMany|generateImage|generateSpeech|generateVideo|transcribe|rerank)$/;

/** These make one call after the other; `embedMany` makes many at once. */
const LOOPS = /^(generate|stream)(Text|Object)$/;

/** Whether this is the module of the SDK, and no agent. */
export function isModule(given: object): boolean {
  return typeof (given as { generateText?: unknown } | undefined)?.generateText === 'function';
}

/** The SDK's module with its functions durable. Inside of a flow only: outside there is nothing to go on with. */
export function durableModule(ai: object): object {
  useGateway(ai);
  const known = new Map<string, unknown>();
  // The module itself cannot be the target: its exports are constant, and a proxy must not show others.
  return new Proxy({ ...ai } as Record<string, unknown>, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof key !== 'string' || typeof value !== 'function' || !OPERATIONS.test(key)) return value;
      const operation = known.get(key) ?? durableOperation(key, value as Operation);
      known.set(key, operation);
      return operation;
    },
  });
}

function durableOperation(name: string, operation: Operation): Operation {
  return (settings, ...rest) => {
    if (isOff()) return operation(settings, ...rest);
    if (!isInExecution()) {
      throw new UsageError(
        `${name}() of durable(ai) was called outside of a flow, where nothing could go on with it. Call it in one: ` +
          "flow('name', async (input) => { … }).",
      );
    }
    spreadNet();
    const work = () => covered.run('by models', () => operation(bound(settings, { operation: name }), ...rest));
    return scope(name, undefined, work, { sequential: LOOPS.test(name) });
  };
}
