import { type StandardSchema, wait } from '@reprise/core';
import {
  type Approval,
  type ApprovalAnswer,
  type AskedWait,
  approvalOf,
  approvalQuestion,
  callWait,
  denialOf,
  scope,
} from '@reprise/core/adapter';
import { uncovered } from '../model/covered.ts';
import type { LanguageModel } from '../model/model.ts';
import type { CallOptions } from '../model/request.ts';
import { heldFrom } from '../model/streams.ts';
import { keysOfCalls } from '../tool/keys.ts';
import { eachTool, type Tool } from '../tool/tool-call.ts';

interface ToolCall {
  readonly toolName: string;
  readonly toolCallId: string;
  readonly input: unknown;
}

/** The SDK's own word for it; as text, or with a reason. */
type Status = string | { readonly type: string; readonly reason?: string } | undefined;

type CallOf<Options> = (
  input: unknown,
  options: Options & { readonly toolCallId: string; readonly messages?: Messages },
) => unknown;
type Generic = (options: { readonly toolCall: ToolCall; readonly messages?: Messages }) => unknown;
type Messages = readonly { readonly content: unknown }[];
type PerTool = Readonly<Record<string, Status | CallOf<{ readonly toolContext?: unknown }>>>;

/** Version 7: who may run what, for all tools by one function, or by their names. */
export type ToolApproval = Generic | PerTool;

interface ApprovedTool extends Tool {
  /** Version 6 and 7: of the tool itself. */
  readonly needsApproval?: boolean | CallOf<object>;
  readonly toModelOutput?: (output: unknown) => unknown;
}

/** Where an agent is an execution of its own, it ends at an open approval, as it does in the SDK. */
type AskOutside = (ask: () => AskedWait<ApprovalAnswer>) => Promise<ApprovalAnswer | undefined>;

const OURS = Symbol.for('reprise.vercel-ai.approval');

/** The approvals of an agent's tool calls, each a wait named `approve-` and the tool's name. */
export class Approvals {
  readonly #askOutside: AskOutside | undefined;
  readonly #denied = new Map<string, Approval>();
  readonly #names = new Set<string>();
  readonly #keyOf = keysOfCalls();
  #isGeneric = false;

  constructor(askOutside?: AskOutside) {
    this.#askOutside = askOutside;
  }

  /** In version 6, a tool that needs approval is asked about where the SDK looks whether it does. */
  tools<T extends object>(tools: T): T {
    return eachTool(tools, (name, tool) => this.#tool(name, tool));
  }

  /** In version 7, where the SDK looks who may run what; it looks there before it looks at the tools. */
  setting(given: ToolApproval | undefined, tools: object | undefined): ToolApproval | undefined {
    if (given && OURS in given) return given;
    if (typeof given === 'function') {
      this.#isGeneric = true;
      return ours(async (options: Parameters<Generic>[0]) =>
        this.#status(
          await scope('approval', undefined, () => uncovered(() => given(options))),
          options.toolCall,
          options.messages,
        ),
      );
    }
    const names = Object.entries(tools ?? {}).flatMap(([name, tool]) =>
      given?.[name] !== undefined || asksOf(tool) ? [name] : [],
    );
    if (names.length === 0) return given;
    const perTool = names.map((toolName) => {
      this.#names.add(toolName);
      const own = given?.[toolName] ?? statusOf((tools as Record<string, ApprovedTool>)[toolName]);
      const decide: CallOf<object> = async (input, options) => {
        const status = typeof own === 'function' ? await uncovered(() => own(input, options)) : own;
        return this.#status(status, { toolName, toolCallId: options.toolCallId, input }, options.messages);
      };
      return [toolName, decide];
    });
    return ours({ ...given, ...Object.fromEntries(perTool) });
  }

  /** The SDK asks when a tool call passes by, and a person is asked about one that is recorded. */
  model<M extends object>(model: M): M {
    const { doStream } = model as unknown as LanguageModel;
    const held = async (options: CallOptions) => {
      const { stream, ...rest } = await doStream.call(model as never, options);
      const mayAsk = (name: unknown) => this.#isGeneric || this.#names.has(String(name));
      return {
        ...rest,
        stream: stream.pipeThrough(heldFrom(({ type, toolName }) => type === 'tool-call' && mayAsk(toolName))),
      };
    };
    return new Proxy(model, { get: (target, key) => (key === 'doStream' ? held : Reflect.get(target, key, target)) });
  }

  #tool(toolName: string, tool: ApprovedTool): object {
    const asks = asksOf(tool);
    if (!asks || OURS in tool) return tool;
    this.#names.add(toolName);
    const { execute, toModelOutput } = tool;
    const changed: Record<PropertyKey, unknown> = {
      needsApproval: async (input: unknown, options: { readonly toolCallId: string; readonly messages?: Messages }) => {
        this.#denied.delete(options.toolCallId);
        if (!(await asks.call(tool, input, options))) return false;
        if (isAnsweredIn(options.messages, options.toolCallId)) return true;
        const decision = await this.#decide({ toolName, toolCallId: options.toolCallId, input });
        if (decision?.approved === false) this.#denied.set(options.toolCallId, decision);
        // Without `execute` it is the client who would run it, and nothing else keeps a denied one from there.
        return decision === undefined || (!decision.approved && !execute);
      },
      ...(execute && {
        execute: (input: unknown, options: { readonly toolCallId: string }) => {
          const denied = this.#denied.get(options.toolCallId);
          return denied ? denial(denied) : execute.call(tool, input, options);
        },
      }),
      toModelOutput: (given: { readonly output: unknown }) => {
        if (isDenial(given.output)) return given.output;
        return toModelOutput ? toModelOutput.call(tool, given) : modelOutputOf(given.output);
      },
    };
    return new Proxy(tool, {
      has: (target, key) => key === OURS || Reflect.has(target, key),
      get: (target, key) => (Object.hasOwn(changed, key) ? changed[key] : Reflect.get(target, key, target)),
    });
  }

  async #status(status: unknown, call: ToolCall, messages: Messages | undefined): Promise<Status> {
    const { type, reason } = isNamed(status) ? status : { type: status, reason: undefined };
    if (type !== 'user-approval' || isAnsweredIn(messages, call.toolCallId)) return status as Status;
    const decision = await this.#decide(call, reason);
    if (!decision) return status as Status;
    return { type: decision.approved ? 'approved' : 'denied', ...(decision.reason && { reason: decision.reason }) };
  }

  /** What was decided; nothing while that is open. */
  async #decide({ toolName, toolCallId, input }: ToolCall, reason?: string): Promise<Approval | undefined> {
    const name = `approve-${toolName}`;
    const question = [approvalQuestion(toolName, input), reason].filter(Boolean).join(' ');
    const asked = { question, schema: answerSchema };
    try {
      const answer = await scope('approval', this.#keyOf(toolCallId), () =>
        this.#askOutside ? this.#askOutside(() => callWait(name, asked)) : wait(name, asked),
      );
      return approvalOf(answer);
    } catch (error) {
      return denialOf(error);
    }
  }
}

function isNamed(status: unknown): status is Exclude<Status, string | undefined> {
  return typeof status === 'object' && status !== null;
}

function ours<T extends object>(approval: T): T {
  return Object.defineProperty(approval, OURS, { value: true });
}

function asksOf({ needsApproval }: ApprovedTool): CallOf<object> | undefined {
  if (typeof needsApproval === 'function') return (input, options) => uncovered(() => needsApproval(input, options));
  return needsApproval ? () => true : undefined;
}

// A tool's own function knows its context by another name.
function statusOf(tool: ApprovedTool | undefined): CallOf<{ readonly toolContext?: unknown }> {
  const asks = tool && asksOf(tool);
  return async (input, { toolContext, ...options }) =>
    (await asks?.call(tool, input, { ...options, context: toolContext } as never)) ? 'user-approval' : 'not-applicable';
}

interface MessagePart {
  readonly type?: string;
  readonly approvalId?: string;
  readonly toolCallId?: string;
}

// The SDK asks once more whether a call needs approval that the client has answered in its last message.
function isAnsweredIn(messages: Messages = [], toolCallId: string): boolean {
  const partsOf = ({ content }: Messages[number]) => (Array.isArray(content) ? (content as MessagePart[]) : []);
  const last = messages.at(-1);
  const answers = last ? partsOf(last) : [];
  if (answers.some((part) => part.type === 'tool-result' && part.toolCallId === toolCallId)) return false;
  const requests = messages.flatMap(partsOf).filter((part) => part.type === 'tool-approval-request');
  return answers.some(
    ({ type, approvalId }) =>
      type === 'tool-approval-response' &&
      requests.some((request) => request.approvalId === approvalId && request.toolCallId === toolCallId),
  );
}

function denial({ reason }: Approval): object {
  return { type: 'execution-denied', ...(reason === undefined ? {} : { reason }) };
}

function isDenial(output: unknown): boolean {
  return (output as { readonly type?: unknown } | null | undefined)?.type === 'execution-denied';
}

// As the SDK tells the model of a tool that does not say it in words of its own.
function modelOutputOf(output: unknown): object {
  return typeof output === 'string' ? { type: 'text', value: output } : { type: 'json', value: output ?? null };
}

const answerSchema: StandardSchema<ApprovalAnswer> = {
  '~standard': {
    version: 1,
    vendor: 'reprise',
    validate: (value) =>
      approvalOf(value)
        ? { value: value as ApprovalAnswer }
        : { issues: [{ message: 'An approval is true, false, or { approved, reason }' }] },
  },
};
