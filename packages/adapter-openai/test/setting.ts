import { Reprise } from '@reprise/core';
import OpenAI from 'openai';
import { expect } from 'vitest';
import { durable } from '../src/index.ts';
import type { ModelServer } from './server.ts';

/** A chat of one question. */
export const ask = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'hello' }] };

export function clientOf({ url }: ModelServer, options: object = {}): OpenAI {
  return durable(new OpenAI({ baseURL: url, apiKey: 'secret-key', ...options }));
}

/** Runs a program that fails at its end, and then again: what it comes to both times, and how many requests that takes. */
export async function twiceOn<T>(server: ModelServer, program: (openai: OpenAI) => Promise<T>) {
  const reprise = new Reprise({ store: 'memory:' });
  const outcomes: T[] = [];
  const flow = reprise.flow('program', async () => {
    outcomes.push(await program(clientOf(server)));
    if (outcomes.length === 1) throw new Error('stop');
  });
  await (await flow.start(undefined, { id: 'x' })).result().catch((error) => expect(error.message).toBe('stop'));
  const first = server.seen.length;
  await (await flow.start(undefined, { id: 'x' })).result();
  const { journal } = await reprise.executions.get('x');
  await reprise.close();
  return { outcomes, first, second: server.seen.length - first, journal };
}
