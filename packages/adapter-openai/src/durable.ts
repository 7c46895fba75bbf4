import { UsageError } from '@reprise/core';
import { isOff } from '@reprise/core/adapter';
import type { Fetch } from './http/outgoing.ts';
import { recordedFetch } from './model/recorded-fetch.ts';
import { checkDurableOptions, type DurableOptions } from './options.ts';
import { recordedRunnable } from './tool/runnable.ts';

/** What `durable` needs of a client: an `OpenAI` or `AzureOpenAI` of version 5, 6 or 7. */
export interface DurableClient {
  readonly baseURL: string;
  withOptions(options: never): unknown;
}

interface Completions {
  runTools?(body: { tools?: readonly object[] }, ...rest: unknown[]): unknown;
}

/** The client inside; its fields are the same from version 5 on. */
interface Inside {
  fetch: Fetch;
  post(path: string): unknown;
  withOptions(options: object): Inside;
  _options?: { fetch?: Fetch; workloadIdentity?: { type?: string }; x509Transport?: unknown };
  chat?: { completions?: Completions };
}

const DURABLE = Symbol.for('reprise.openai.fetch');

/**
 * Makes an OpenAI client durable, in place: each request that costs money or makes something is recorded, and served
 * from the journal when the program is resumed. The same object comes back, and every helper works as before.
 */
export function durable<Client extends DurableClient>(client: Client, options: DurableOptions = {}): Client {
  checkDurableOptions(options);
  // In a request the client would take what it throws of a wrong word for a broken connection.
  isOff();
  const inside = client as unknown as Inside;
  if (typeof inside?.fetch !== 'function' || typeof inside.post !== 'function') {
    throw new UsageError('durable() takes a client of the package "openai", as in durable(new OpenAI()).');
  }
  const { _options: made } = inside;
  if (made?.x509Transport || made?.workloadIdentity?.type === 'x509') {
    throw new UsageError(
      'A client with an X.509 identity sends its requests where Reprise cannot see them. Use an API key or a token.',
    );
  }
  if (DURABLE in inside.fetch) return client;
  const fetch = Object.defineProperty(recordedFetch(inside.fetch, options), DURABLE, { value: true });
  inside.fetch = fetch;
  if (made) inside._options = { ...made, fetch };
  const { withOptions } = inside;
  override(inside, 'withOptions', (given: object) => durable(withOptions.call(inside, given) as never, options));
  overrideRunTools(inside.chat?.completions);
  return client;
}

function overrideRunTools(completions: Completions | undefined): void {
  const runTools = completions?.runTools;
  if (!completions || !runTools) return;
  override(completions, 'runTools', (body: { tools?: readonly object[] }, ...rest: unknown[]) =>
    runTools.call(
      completions,
      { ...body, ...(body?.tools ? { tools: body.tools.map(recordedRunnable) } : {}) },
      ...rest,
    ),
  );
}

function override(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}
