// A model on the loopback of this machine that speaks OpenAI's chat-completions protocol and counts what it is
// asked. With OPENAI_API_KEY or OPENAI_BASE_URL set it hands each request on to the real service, and still counts.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { answer, thinkingTime } from './answers.ts';

export interface ModelServer {
  /** Who answers, for people. */
  readonly name: string;
  /** The OPENAI_BASE_URL for its clients. */
  readonly url: string;
  /** The body of each request, in the order in which they came. */
  readonly requests: readonly string[];
  /** How many requests have no answer yet. */
  readonly inFlight: number;
  close(): void;
}

interface Answer {
  status: number;
  body: string;
}

export async function startModelServer(): Promise<ModelServer> {
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL: base } = process.env;
  const service = base ?? (key ? 'https://api.openai.com/v1' : undefined);
  const ask = service ? (body: string) => handOn(body, service, key) : standIn;
  const requests: string[] = [];
  let inFlight = 0;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    requests.push(body);
    inFlight++;
    response.once('close', () => inFlight--);
    const { status, body: reply } = await ask(body).catch((error) => ({ status: 502, body: String(error) }));
    response.writeHead(status, { 'content-type': 'application/json' }).end(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    name: service ? new URL(service).host : 'a stand-in on this machine (set OPENAI_API_KEY for the real one)',
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get inFlight() {
      return inFlight;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function standIn(body: string): Promise<Answer> {
  const request = JSON.parse(body);
  await pause(thinkingTime(request));
  return { status: 200, body: JSON.stringify(answer(request)) };
}

async function handOn(body: string, service: string, key = ''): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const response = await fetch(`${service}/chat/completions`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}
