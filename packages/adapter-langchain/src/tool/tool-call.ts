import { scope } from '@reprise/core/adapter';
import { values } from '../data/values.ts';
import { Frame, frames } from '../graph/frame.ts';
import { recorded } from '../graph/recorded.ts';
import { taskInput, withPad } from '../graph/scratchpad.ts';
import type { TaskConfig } from '../graph/task-config.ts';
import { linked } from '../model/signals.ts';
import { untilAnswered } from '../question/until-answered.ts';
import { policyOf } from './policies.ts';
import { withPresentMessages } from './present-messages.ts';

/** What a tool is called with, beside its input. */
interface ToolConfig extends TaskConfig {
  readonly signal?: AbortSignal;
  /** Some servers say null where they have no id. */
  readonly toolCall?: { readonly id?: string | null };
}

interface RunManager {
  handleToolEvent?(event: unknown): Promise<unknown>;
}

/** A tool of LangChain. */
export interface Tool {
  readonly name: string;
  _call(input: unknown, run: RunManager | undefined, config: ToolConfig | undefined): unknown;
}

/** The tool with what it does recorded. LangChain's own code runs around it, so that its answers look as they did. */
export function recordedTool<T extends Tool>(tool: T): T {
  const _call: Tool['_call'] = (input, run, config) => recordedCall(tool, input, run, config);
  return new Proxy(tool, {
    get(target, key) {
      if (key === '_call') return _call;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value;
    },
  });
}

function recordedCall(
  tool: Tool,
  input: unknown,
  manager: RunManager | undefined,
  config: ToolConfig | undefined,
): Promise<unknown> {
  const id = config?.toolCall?.id;
  const work = () =>
    recorded<unknown>({
      kind: 'tool',
      name: tool.name,
      input: values.encode(input),
      codec: values,
      ...policyOf(tool),
      run: ({ signal }) => {
        const frame = new Frame(frames.getStore());
        return frames.run(frame, () =>
          untilAnswered(frame, (answers) =>
            withPad(id ?? undefined, config, answers, (own) =>
              finished(tool._call(input, manager, own && linked(own, signal)), manager),
            ),
          ),
        );
      },
    });
  const called = id === undefined ? work() : scope('tool', id, work);
  const state = taskInput(config);
  return state === undefined ? called : called.then((output) => withPresentMessages(output, state));
}

// A tool may tell of its progress; what it returns at last is its result.
async function finished(output: unknown, manager: RunManager | undefined): Promise<unknown> {
  const result = await output;
  if (typeof result !== 'object' || result === null) return result;
  if (!(Symbol.asyncIterator in result) || typeof (result as { next?: unknown }).next !== 'function') return result;
  const events = result as AsyncGenerator<unknown>;
  for (let step = await events.next(); ; step = await events.next()) {
    if (step.done) return step.value;
    await manager?.handleToolEvent?.(step.value);
  }
}
