import { createHash } from 'node:crypto';

/** A request as the client hands it to `fetch`. */
export interface Request {
  readonly url: URL;
  readonly method: string;
  /** What it is shown as, and recognised by. Headers are not part of it, for they hold the key. */
  readonly body: unknown;
}

/** Reads a request without using it up. */
export async function readRequest(input: unknown, init: RequestInit | undefined): Promise<Request> {
  const address = input instanceof URL || typeof input === 'string' ? input : (input as { url: string }).url;
  const method = (init?.method ?? 'GET').toUpperCase();
  return { url: new URL(address), method, body: await readBody(init?.body) };
}

async function readBody(body: unknown): Promise<unknown> {
  if (typeof body === 'string') return parsed(body);
  if (body instanceof FormData) return Promise.all([...body].map(async ([name, part]) => [name, await readPart(part)]));
  if (body instanceof URLSearchParams) return body.toString();
  if (body instanceof ArrayBuffer) return sha256(new Uint8Array(body));
  if (ArrayBuffer.isView(body)) return sha256(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  // A stream can be read only once, and that is for the server to do.
  return body === undefined || body === null ? undefined : 'a stream';
}

// A file is recognised by its contents; they have no place in a journal.
async function readPart(part: string | Blob): Promise<unknown> {
  if (typeof part === 'string') return part;
  const name = 'name' in part ? part.name : undefined;
  return { name, type: part.type, size: part.size, sha256: sha256(new Uint8Array(await part.arrayBuffer())) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
