import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
// By the name under which the adapters know it: it is the same copy then.
import { Reprise, WaitingError, wait } from '@reprise/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Canaries, type Place, sqlitePlace, testInPlaces } from './canaries.ts';

/** A client of a provider, wrapped by its adapter, with a secret wherever it takes one. */
export interface SecretClient {
  /** Asks, and gives what was answered. */
  whole(prompt: string): Promise<unknown>;
  streamed(prompt: string): Promise<unknown>;
}

export interface SecretCase {
  client(url: string, secret: (name: string) => string): SecretClient;
  /** Answers a request with success, in the provider's protocol. */
  answer(body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage): void;
}

/** The same tests for each adapter: a real client, a real server, real stores. */
export function testSecrets({ client, answer }: SecretCase): void {
  let canaries: Canaries;
  let place: Place | undefined;
  let url = '';
  let close: () => void;
  let heard: string[] = [];
  const secret = (name: string) => canaries.of(name);

  beforeEach(async () => {
    canaries = new Canaries();
    heard = [];
    let refused = 0;
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += part;
      heard.push(JSON.stringify(request.headers) + text);
      response.setHeader('set-cookie', `session=${secret('cookie')}; HttpOnly`);
      response.setHeader('openai-organization', secret('organization'));
      response.setHeader('x-session-token', secret('session'));
      const status = Number(/status (\d+)/.exec(text)?.[1] ?? 200);
      if (status === 200 || (status === 429 && refused++ % 2 === 1)) return answer(JSON.parse(text), response, request);
      const { authorization = '', 'x-api-key': key = '' } = request.headers;
      const message = `Refused: "Authorization: ${authorization}" and x-api-key: ${key} are not known to https://u:${secret('behind')}@inner/v1`;
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
      response.end(JSON.stringify({ error: { message, type: 'x', headers: request.headers } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });

  afterEach(async () => {
    close();
    await place?.remove();
    place = undefined;
  });

  function define(reprise: Reprise, isLast: boolean) {
    const { whole, streamed } = client(url, secret);
    return reprise.flow('agent', async () => {
      for (const ask of [whole, streamed]) {
        await ask('hello');
        // Some clients try it again, and some do not.
        await ask('status 429').catch(() => {});
        await ask('status 401').catch(() => {});
        await ask('status 500').catch(() => {});
      }
      await wait('approve');
      if (!isLast) await whole('status 403');
      return 'done';
    });
  }

  async function shown({ executions, costs }: Reprise): Promise<unknown> {
    const report = await costs.report({ execution: 'x' });
    return [await executions.list(), await executions.get('x'), await executions.export('x'), report];
  }

  async function neverStored(at: Place): Promise<void> {
    const seen: unknown[] = [];
    const isShared = typeof at.store === 'string';
    const first = new Reprise({ store: at.store });
    const one = define(first, false);
    const stopped = await (await one.start(undefined, { id: 'x' })).result().catch((error: unknown) => error);
    if (!WaitingError.isInstance(stopped)) throw stopped;
    await first.waits.answer('x', 'approve', true);
    await expect((await one.start(undefined, { id: 'x' })).result()).rejects.toThrow();
    seen.push(await shown(first));
    const requests = heard.length;
    expect(heard.every((request) => canaries.in(request).some((name) => name.startsWith('key')))).toBe(true);
    if (isShared) {
      await first.close();
      const second = new Reprise({ store: at.store });
      expect(await (await define(second, true).start(undefined, { id: 'x' })).result()).toBe('done');
      seen.push(await shown(second));
      await second.close();
      expect(heard).toHaveLength(requests);
    } else await first.close();
    expect(canaries.in(seen)).toEqual([]);
    expect(canaries.in(at.bytes())).toEqual([]);
    expect(at.bytes().includes('status 500')).toBe(true);
  }

  describe('keys, headers and cookies are neither stored nor shown: calls, streams, retries, failures, resumed', () => {
    testInPlaces(() => canaries.of('store'), neverStored);
  });

  test('with new keys an execution goes on: they are no part of what a call is recognised by', async () => {
    place = sqlitePlace();
    for (const isFirst of [true, false]) {
      // In the second life all the secrets are others.
      canaries = new Canaries();
      const reprise = new Reprise({ store: place.store });
      const handle = await define(reprise, true).start(undefined, { id: 'x' });
      const waits = await handle.result().catch((error: unknown) => error);
      if (isFirst) expect(WaitingError.isInstance(waits)).toBe(true);
      else expect(waits).toBe('done');
      const { journal } = await reprise.executions.get('x');
      expect(journal.filter(({ drifts }) => drifts > 0)).toEqual([]);
      if (isFirst) await reprise.waits.answer('x', 'approve', true);
      await reprise.close();
    }
  });
}
