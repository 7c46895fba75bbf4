import { current } from '@reprise/core';
import { call, scope } from '@reprise/core/adapter';
import { patch } from '../classes/patch.ts';
import { values } from '../data/values.ts';
import { Frame, frames } from '../graph/frame.ts';
import { tried } from '../graph/task.ts';
import { Questions, questions } from '../question/questions.ts';
import { showQuestions } from '../question/shown-questions.ts';
import { type Agent, type Thread, threadOf } from '../thread/thread.ts';
import { threadCallOf } from '../thread/thread-input.ts';
import type { Give, Request, Target } from './request.ts';
import { Relay } from './streams.ts';

/** Runs an agent within an execution, to its end, and gives what it has said. */
export function run(agent: Agent, request: Request, give: Give): Promise<unknown> {
  patch();
  const asked = questions.getStore() ?? new Questions();
  return questions.run(asked, () =>
    scope(agent.name, undefined, () => frames.run(new Frame(frames.getStore()), () => begin(agent, request, give))),
  );
}

function begin(agent: Agent, request: Request, give: Give): Promise<unknown> {
  const { target, name } = agent;
  const thread = threadOf(agent, request.config);
  if (!thread) return tried({ key: 'run' }, () => perform(target, request, give));
  const isWhole = current().execution.flow === name;
  let isMade = false;
  // What was put on a thread must not be put there again, so a run that is over is not told once more.
  return call<unknown>({
    kind: 'checkpoint',
    name,
    ...(isWhole ? { input: { thread: thread.id } } : threadCallOf(thread.id, request.input)),
    codec: values,
    run: async () => {
      isMade = true;
      showOn(thread);
      const own = await thread.prepare(request);
      const output = await tried({ key: 'run', partial: true }, () => perform(target, own, give));
      return output === undefined ? (await thread.state()).values : output;
    },
  }).then((output) => {
    if (!isMade) tell(output, request, give);
    return output;
  });
}

function showOn(thread: Thread): void {
  const asked = questions.getStore();
  // Upon a checkpoint that is not there yet, nobody would see them.
  if (!asked || !thread.isKeptUp) return;
  const { id } = current().execution;
  asked.show = (task, open) => showQuestions(thread, task, open);
  asked.state = () => thread.stateOf(id);
}

function tell(output: unknown, { method, config }: Request, give: Give): void {
  if (method === 'invoke') {
    give(output);
    return;
  }
  const { streamMode = 'values' } = (config ?? {}) as { streamMode?: string | readonly string[] };
  const relay = new Relay();
  give(relay.stream(), relay);
  if (method === 'stream' && streamMode.includes('values')) {
    relay.push(Array.isArray(streamMode) ? ['values', output] : output);
  }
  relay.end();
}

async function perform(target: Target, { method, input, config, rest }: Request, give: Give): Promise<unknown> {
  const given = await target[method](input, config, ...rest);
  if (method === 'invoke') {
    give(given);
    return given;
  }
  const { output } = given as { output?: PromiseLike<unknown> };
  // Version 3 of `streamEvents`: it reads itself, and says when it is over.
  if (output && typeof output.then === 'function') {
    give(given);
    return output;
  }
  const relay = new Relay();
  give(relay.stream(), relay);
  await relay.fill(given as AsyncIterable<unknown>);
  return undefined;
}
