import { chatAnswer, type Said, type StandIn, startStandIn as start } from '../stand-in.ts';

type Step = Exclude<Said, string>;

const HAND_OVER = /^transfer_to_/;
const STEPS: readonly Step[] = [
  { tool: 'findOrder', input: { order: '17' } },
  { tool: 'approve', input: { question: 'Give back 30 dollars for order 17?' } },
  { tool: 'refund', input: { order: '17', dollars: 30 } },
];
const END = 'Your order was lost on its way. Your 30 dollars are on their way back.';

/** Starts a model on this machine that knows one conversation, in both protocols of OpenAI's. */
export function startStandIn(): Promise<StandIn> {
  return start<Body>((body, path) => (path.endsWith('/responses') ? respond(body) : chat(body)));
}

interface Body {
  readonly messages?: readonly { readonly role: string }[];
  readonly input?: readonly { readonly type?: string; readonly name?: string }[];
  readonly tools?: readonly { readonly name?: string }[];
}

function chat({ messages = [] }: Body): object {
  const done = messages.filter(({ role }) => role === 'tool').length;
  return chatAnswer(STEPS[done] ?? END, done);
}

function respond({ input = [], tools = [] }: Body): object {
  const other = tools.find(({ name }) => HAND_OVER.test(name ?? ''))?.name;
  const done = input.filter(({ type, name }) => type === 'function_call' && !HAND_OVER.test(name ?? '')).length;
  const step = other ? { tool: other, input: {} } : STEPS[done];
  const status = 'completed';
  const call_id = `call_${other ? 'other' : done}`;
  const output = step
    ? {
        type: 'function_call',
        id: `fc_${done}`,
        call_id,
        name: step.tool,
        arguments: JSON.stringify(step.input),
        status,
      }
    : {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status,
        content: [{ type: 'output_text', text: END, annotations: [] }],
      };
  const usage = { input_tokens: 40, output_tokens: 10, total_tokens: 50 };
  return { id: `resp_${done}`, object: 'response', model: 'stand-in', status, output: [output], usage };
}
