import { values } from '../data/values.ts';
import { timeless } from '../model/request.ts';

/** What a call on a thread is recognised by. */
interface ThreadCall {
  readonly input: object;
  readonly shape?: unknown;
}

/** A call on a thread in a flow, whose program may come with another input. An execution of its own has only one. */
export function threadCallOf(thread: string, input: unknown): ThreadCall {
  const given = dataOf(input);
  if (given === undefined) return { input: { thread } };
  const asked = { thread, input: given };
  return { input: asked, shape: timeless(asked) };
}

function dataOf(input: unknown): unknown {
  try {
    const text = JSON.stringify(values.encode(input), withoutInventedId);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // What is no data goes to the graph all the same, and cannot be compared.
    return undefined;
  }
}

/** LangGraph writes an id into a message that has none, and the next call may be given the same message. */
function withoutInventedId(_key: string, part: unknown): unknown {
  const { langchain, fields } = (part ?? {}) as { langchain?: unknown; fields?: object };
  return langchain === 'message' ? { ...(part as object), fields: { ...fields, id: undefined } } : part;
}
