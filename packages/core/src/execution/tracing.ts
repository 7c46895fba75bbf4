import type { RunningCall } from '../identity/ambient.ts';
import type { ExecutionEvent } from './events.ts';
import type { Payloads } from './payloads.ts';

/** A span, as what runs inside of it sees it. */
export interface SpanAround {
  /** Runs code so that the spans that it makes stand below this one. Runs it at once. */
  inside<T>(run: () => T): T;
  /** What ran inside has failed. */
  failed(error: unknown): void;
}

/** Follows an execution with spans. */
export interface ExecutionTrace extends Pick<SpanAround, 'inside'> {
  /** The body of a call starts; `undefined` where it has no span of its own. */
  begin(call: RunningCall): SpanAround | undefined;
  observe(event: ExecutionEvent): void;
  /** Nothing of it runs any more: what nobody heard of again ends here. */
  end(): void;
}

/** What is followed. */
export interface Traced {
  readonly id: string;
  readonly flow: string;
  readonly payloads: Pick<Payloads, 'summary'>;
}

/** Makes spans for an execution that this process has taken hold of. Nothing that goes wrong in it comes out. */
export type Tracing = (execution: Traced) => ExecutionTrace | undefined;
