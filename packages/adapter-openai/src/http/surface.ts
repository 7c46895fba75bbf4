/** What a request of the client is to an execution. */
export interface Surface {
  /** `llm` where the provider is paid for an answer, `tool` where something is made or changed. */
  readonly kind: 'llm' | 'tool';
  /** The path in words, as in `chat.completions`. */
  readonly name: string;
}

const ANSWERS =
  /^(chat\.completions|completions|responses|responses\.compact|embeddings|moderations|images\..*|audio\..*|videos|decisions|vector_stores\.search|graders\..*)$/;

/**
 * What passes by unrecorded: replies that hold secrets (administration, session tokens), live transports, hosted
 * sessions that are subscribed to elsewhere, and what is free and changes nothing.
 */
const PASSING =
  /\/(realtime|live|agents|organization|projects|admin|chatkit|client_secrets|oauth|traces|input_tokens|cancel|pause)(\/|$)|\/uploads\/[^/]+\/parts$/;

/** Requests of these methods only look. */
const LOOKING = new Set(['GET', 'HEAD']);

/** How a request is recorded; `undefined` where it is not. */
export function surfaceOf(method: string, { pathname, protocol }: URL): Surface | undefined {
  if (protocol === 'data:' || LOOKING.has(method) || PASSING.test(pathname)) return undefined;
  const name = nameOf(pathname);
  return { kind: ANSWERS.test(name) ? 'llm' : 'tool', name };
}

// Versions, deployments and ids are no part of a name: `/openai/deployments/x/chat/completions`, `/v1/files/file-1`,
// `/v1beta/openai/embeddings`.
function nameOf(pathname: string): string {
  const words = pathname
    .replace(/^.*\/deployments\/[^/]+/, '')
    .replace(/^.*\/v\d+\w*(?=\/)/, '')
    .replace(/^.*\/openai(?=\/)/, '')
    .split('/')
    .filter((word) => /^[a-z_]+$/.test(word));
  return words.join('.').slice(0, 100) || 'request';
}
