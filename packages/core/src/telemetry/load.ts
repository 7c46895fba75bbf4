import type { Tracing } from '../execution/tracing.ts';
import { spansOf } from './spans.ts';

/** Where the API keeps what was registered; the number is that of its major version. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');

let loaded: Promise<Tracing | undefined> | undefined;

/**
 * Spans, where the user's code has registered an OpenTelemetry SDK by now: else nothing is loaded, and nothing is made.
 * `undefined` also where the API cannot be found from here.
 */
export function openTelemetry(): Promise<Tracing | undefined> | undefined {
  const registry: unknown = Reflect.get(globalThis, REGISTRY);
  if (typeof registry !== 'object' || registry === null || !('trace' in registry)) return undefined;
  loaded ??= import('@opentelemetry/api').then(spansOf, () => undefined);
  return loaded;
}
