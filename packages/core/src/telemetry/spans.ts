import type * as Api from '@opentelemetry/api';
import type { ExecutionEvent, ObservedCall } from '../execution/events.ts';
import { summary } from '../execution/outcomes.ts';
import type { ExecutionTrace, SpanAround, Traced, Tracing } from '../execution/tracing.ts';
import type { RunningCall } from '../identity/ambient.ts';
import type { CallKind } from '../journal/records.ts';
import { callAttributes, operationOf, savedAttributes, usageAttributes } from './attributes.ts';

/** A flow that is called has the span of its own execution, and a wait is an event of the one that waits. */
const WITH_SPANS: ReadonlySet<CallKind> = new Set(['llm', 'tool', 'checkpoint']);

interface OpenSpan {
  readonly span: Api.Span;
  readonly call: RunningCall;
}

export function spansOf(api: typeof Api): Tracing {
  return (execution) => quietly(() => new Spans(api, execution));
}

/** The spans of one execution in this process: its own, and one for each attempt at a call. */
class Spans implements ExecutionTrace {
  readonly #api: typeof Api;
  readonly #tracer: Api.Tracer;
  readonly #execution: Traced;
  readonly #own: Api.Span;
  readonly #ownContext: Api.Context;
  readonly #ids: Api.Attributes;
  readonly #open = new Map<string, OpenSpan>();
  readonly #repeated = new Set<string>();

  constructor(api: typeof Api, execution: Traced) {
    const { id, flow } = execution;
    this.#api = api;
    this.#execution = execution;
    this.#tracer = api.trace.getTracer('@reprise/core');
    this.#ids = { 'reprise.execution.id': id, 'reprise.flow': flow };
    this.#own = this.#tracer.startSpan(`invoke_workflow ${flow}`, {
      attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': flow, ...this.#ids },
    });
    this.#ownContext = api.trace.setSpan(api.context.active(), this.#own);
  }

  inside<T>(run: () => T): T {
    return this.#api.context.with(this.#ownContext, run);
  }

  begin(call: RunningCall): SpanAround | undefined {
    return WITH_SPANS.has(call.kind) ? quietly(() => this.#begin(call)) : undefined;
  }

  observe(event: ExecutionEvent): void {
    quietly(() => this.#observe(event));
  }

  end(): void {
    quietly(() => {
      for (const { span } of this.#open.values()) {
        span.setAttribute('reprise.recorded', false);
        span.end();
      }
      this.#open.clear();
      if (this.#own.isRecording()) this.#own.end();
    });
  }

  #begin(call: RunningCall): SpanAround {
    const { id, kind, name, attempt, parent } = call;
    const { context, trace, SpanKind } = this.#api;
    const around = this.#around(parent);
    const span = this.#tracer.startSpan(
      spanName(kind, name),
      {
        kind: kind === 'llm' ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes: {
          ...this.#attributesOf(id, kind, name),
          ...callAttributes(kind, name),
          ...(attempt > 1 ? { 'reprise.call.attempt': attempt } : {}),
          ...(this.#repeated.has(id) ? { 'reprise.repeated': true } : {}),
        },
      },
      around,
    );
    const open: OpenSpan = { span, call };
    this.#open.set(id, open);
    return {
      inside: (run) => context.with(trace.setSpan(around, span), run),
      failed: (error) => quietly(() => this.#fail(open, error)),
    };
  }

  #observe(event: ExecutionEvent): void {
    switch (event.type) {
      case 'resumed':
        this.#own.setAttributes({ 'reprise.resumed': true, 'reprise.recorded_calls': event.recorded });
        return;
      case 'repeated':
        this.#repeated.add(event.call.id);
        return;
      case 'made':
        this.#made(event.call);
        return;
      case 'served':
        this.#served(event.call, event.drifted);
        return;
      case 'waiting':
        this.#own.addEvent('reprise.waiting', { 'reprise.waits': event.waits.map(({ name }) => name) });
        this.#endOwn('waiting');
        return;
      case 'failed':
        this.#setError(this.#own, event.error, 'execution', this.#execution.flow);
        this.#endOwn('failed');
        return;
      case 'completed':
      case 'cancelled':
        this.#endOwn(event.type);
    }
  }

  #endOwn(status: string): void {
    if (!this.#own.isRecording()) return;
    this.#own.setAttribute('reprise.execution.status', status);
    this.#own.end();
  }

  #attributesOf(id: string, kind: CallKind, name: string): Api.Attributes {
    return { ...this.#ids, 'reprise.call.id': id, 'reprise.call.kind': kind, 'reprise.call.name': name };
  }

  /** Whose child a span is: what runs here is, else the call that encloses it, else the execution. */
  #around(enclosing: RunningCall | undefined): Api.Context {
    const { context, trace } = this.#api;
    const active = context.active();
    if (trace.getSpan(active)) return active;
    for (let call = enclosing; call; call = call.parent) {
      const open = this.#open.get(call.id);
      if (open) return trace.setSpan(active, open.span);
    }
    return this.#ownContext;
  }

  #made({ id, kind, name, ok, usage }: ObservedCall): void {
    if (kind === 'wait') this.#own.addEvent('reprise.answered', { 'reprise.call.name': name });
    const open = this.#open.get(id);
    if (!open) return;
    const { span } = open;
    if (kind === 'llm') {
      const attributes = usageAttributes(usage);
      span.setAttributes(attributes);
      const model = attributes['gen_ai.response.model'];
      if (model !== undefined) span.updateName(`${operationOf(name)} ${model}`);
    }
    // The attempt ran out of time, and its body has not come back.
    if (!ok) span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    span.end();
    this.#open.delete(id);
  }

  /** A served call has no duration and bills nothing, so nothing of it is named as what bills. */
  #served({ id, kind, name, ok, usage }: ObservedCall, drifted: boolean): void {
    if (!WITH_SPANS.has(kind)) return;
    const attributes = {
      ...this.#attributesOf(id, kind, name),
      'reprise.served': true,
      ...(drifted ? { 'reprise.drifted': true } : {}),
      ...(kind === 'llm' ? savedAttributes(usage) : {}),
    };
    const span = this.#tracer.startSpan(`served ${name}`, { attributes }, this.#around(undefined));
    if (!ok) span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    span.end();
  }

  #fail(open: OpenSpan, error: unknown): void {
    const { id, kind, name } = open.call;
    this.#setError(open.span, error, kind, name);
    open.span.end();
    if (this.#open.get(id) === open) this.#open.delete(id);
  }

  #setError(span: Api.Span, error: unknown, kind: string, of: string): void {
    const shown = this.#execution.redacted(error, { part: 'error', kind, name: of });
    const { name, message } = summary(shown);
    span.setAttribute('error.type', name);
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
    span.recordException({ name, message });
  }
}

/** Whoever looks on must not be in the way: what the user's exporters throw stays here. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function spanName(kind: CallKind, name: string): string {
  if (kind === 'llm') return operationOf(name);
  return kind === 'tool' ? `execute_tool ${name}` : `checkpoint ${name}`;
}
