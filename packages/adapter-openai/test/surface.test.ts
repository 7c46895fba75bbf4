import { Reprise } from '@reprise/core';
import OpenAI, { type APIError, APIUserAbortError, AzureOpenAI, toFile } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable } from '../src/index.ts';
import { json, type ModelServer, startServer } from './server.ts';

let server: ModelServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(() => server.close());

const client = (options = {}) => durable(new OpenAI({ baseURL: server.url, apiKey: 'secret-key', ...options }));
const ask = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'hello' }] };

/** Runs a program that fails at its end, and then again: what it comes to both times, and how many requests that takes. */
async function twice<T>(program: (openai: OpenAI) => Promise<T>) {
  const reprise = new Reprise({ store: 'memory:' });
  const outcomes: T[] = [];
  const flow = reprise.flow('program', async () => {
    outcomes.push(await program(client()));
    if (outcomes.length === 1) throw new Error('stop');
  });
  await (await flow.start(undefined, { id: 'x' })).result().catch((error) => expect(error.message).toBe('stop'));
  const first = server.seen.length;
  await (await flow.start(undefined, { id: 'x' })).result();
  const { journal } = await reprise.executions.get('x');
  await reprise.close();
  return { outcomes, first, second: server.seen.length - first, journal };
}

const programs: Record<string, (openai: OpenAI) => Promise<unknown>> = {
  'a chat': async (openai) => (await openai.chat.completions.create(ask)).choices,
  'withResponse()': async (openai) => {
    const { data, response } = await openai.chat.completions.create(ask).withResponse();
    return [data.choices, response.status, response.headers.get('content-type'), response.url];
  },
  'asResponse()': async (openai) => (await openai.chat.completions.create(ask).asResponse()).json(),
  'the chunks of a stream': async (openai) => {
    const chunks = [];
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) chunks.push(chunk);
    return chunks;
  },
  'a stream that is left early': async (openai) => {
    for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) return chunk;
  },
  'the events of .stream()': async (openai) => {
    const events: string[] = [];
    const stream = openai.chat.completions.stream(ask);
    for await (const { choices } of stream) events.push(JSON.stringify(choices));
    return [events, (await stream.finalChatCompletion()).choices[0]?.message.tool_calls];
  },
  'a clone that withOptions makes': async (openai) =>
    (await openai.withOptions({ timeout: 5_000 }).chat.completions.create(ask)).choices,
  'a client that is wrapped twice': async (openai) => (await durable(openai).chat.completions.create(ask)).choices,
  'a response': async (openai) => (await openai.responses.create({ model: 'gpt-test', input: 'hello' })).output,
  embeddings: async (openai) => (await openai.embeddings.create({ model: 'e', input: 'hello' })).data,
  'speech, which is bytes': async (openai) =>
    Buffer.from(await (await openai.audio.speech.create({ model: 'tts', voice: 'alloy', input: 'hi' })).arrayBuffer()),
  'an uploaded file, whose id stays the same': async (openai) =>
    openai.files.create({ file: await toFile(Buffer.from('text'), 'a.txt'), purpose: 'assistants' }),
  'many at the same time': async (openai) =>
    Promise.all(
      ['a', 'b', 'c'].map(async (content) => {
        const messages = [{ role: 'user' as const, content }];
        return (await openai.chat.completions.create({ model: 'gpt-test', messages })).id;
      }),
    ),
};

describe('made once, and served the same:', () => {
  test.each(Object.entries(programs))('%s', async (_name, program) => {
    const { outcomes, first, second } = await twice(program);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(0);
  });

  test('.parse() with a schema', async () => {
    server.onRequest = (_n, response) => {
      const message = { role: 'assistant', content: '{"animal":"otter"}' };
      json(response, { id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }] });
      return true;
    };
    const response_format = zodResponseFormat(z.object({ animal: z.string() }), 'animal');
    const { outcomes, second } = await twice(
      async (openai) => (await openai.chat.completions.parse({ ...ask, response_format })).choices[0]?.message.parsed,
    );
    expect(outcomes).toEqual([{ animal: 'otter' }, { animal: 'otter' }]);
    expect(second).toBe(0);
  });

  test('a client for Azure', async () => {
    const azure = () =>
      durable(new AzureOpenAI({ endpoint: server.url, apiKey: 'none', apiVersion: '2025-01-01', deployment: 'dep' }));
    const { outcomes, second, journal } = await twice(async () => (await azure().chat.completions.create(ask)).choices);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(second).toBe(0);
    expect(journal[0]).toMatchObject({ kind: 'llm', name: 'chat.completions' });
  });
});

describe('failures', () => {
  /** Answers these statuses in a row, and then as usual. */
  function failing(...statuses: number[]) {
    server.onRequest = (_n, response) => {
      const status = statuses.shift();
      if (status === undefined) return false;
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '5' });
      response.end(JSON.stringify({ error: { message: `status ${status}` } }));
      return true;
    };
  }

  test.each([429, 500, 503])(
    'the client tries again after %i, and a resumed program takes the same way',
    async (status) => {
      failing(status);
      const { outcomes, first, second } = await twice(async (openai) => (await openai.chat.completions.create(ask)).id);
      expect(outcomes[1]).toBe(outcomes[0]);
      expect([first, second]).toEqual([2, 0]);
    },
  );

  test('a program that survived a failure takes the same way again', async () => {
    failing(400);
    const { outcomes, first, second } = await twice(async (openai) => {
      const primary = await openai.chat.completions
        .create(ask)
        .catch((error: APIError) => [error.status, error.message]);
      return [primary, (await openai.chat.completions.create({ ...ask, model: 'fallback' })).id];
    });
    expect(outcomes[0]?.[0]).toEqual([400, '400 status 400']);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect([first, second]).toEqual([2, 0]);
  });

  test('a failure that ended the program is tried again when it is resumed', async () => {
    failing(400);
    const reprise = new Reprise({ store: 'memory:' });
    const flow = reprise.flow('program', async () => (await client().chat.completions.create(ask)).id);
    await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow(/400/);
    expect(await (await flow.start(undefined, { id: 'x' })).result()).toBe('chat-1');
    await reprise.close();
  });

  test.each([true, false])('a stream that is cut off is no outcome (usage asked for: %s)', async (streamUsage) => {
    let isCut = true;
    server.onRequest = (_n, response) => {
      if (!isCut) return false;
      isCut = false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"do"},"finish_reason":null}],"usage":null}\n\n');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    const reprise = new Reprise({ store: 'memory:' });
    const flow = reprise.flow('program', async () => {
      const openai = durable(new OpenAI({ baseURL: server.url, apiKey: 'secret-key' }), { streamUsage });
      const chunks = [];
      for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true })) chunks.push(chunk);
      return chunks;
    });
    await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow();
    const chunks = await (await flow.start(undefined, { id: 'x' })).result();
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
    await reprise.close();
  });

  test('an error in a stream is the same error when it is served', async () => {
    let isFailing = true;
    server.onRequest = (_n, response) => {
      if (!isFailing) return false;
      isFailing = false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"overloaded"}}\n\n');
      return true;
    };
    const { outcomes, second } = await twice(async (openai) => {
      const failed = await openai.chat.completions
        .stream(ask)
        .finalChatCompletion()
        .catch((error) => error.message);
      return [failed, (await openai.chat.completions.create({ ...ask, model: 'fallback' })).id];
    });
    expect(outcomes[0]?.[0]).toMatch(/overloaded/);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(second).toBe(0);
  });

  test('a request that its caller aborts is an abort', async () => {
    server.onRequest = () => true;
    const reprise = new Reprise({ store: 'memory:' });
    const controller = new AbortController();
    const flow = reprise.flow('program', async () => {
      setTimeout(() => controller.abort(), 30);
      return client().chat.completions.create(ask, { signal: controller.signal });
    });
    await expect((await flow.start(undefined)).result()).rejects.toThrow(APIUserAbortError);
    await reprise.close();
  });

  test('a request that takes too long is tried again by the client, and on resume the same way is taken', async () => {
    server.onRequest = (n) => n === 1;
    const { outcomes, first, second } = await twice(
      async (openai) => (await openai.chat.completions.create(ask, { timeout: 50 })).id,
    );
    expect(outcomes).toEqual(['chat-1', 'chat-1']);
    expect([first, second]).toEqual([2, 0]);
  });
});

test('a response in the background is asked for once, and its usage is recorded when it is there', async () => {
  let looks = 0;
  server.onRequest = (n, response) => {
    const isPost = server.seen[n - 1]?.method === 'POST';
    const status = isPost ? 'queued' : ++looks === 2 ? 'completed' : looks > 2 ? 'completed' : 'in_progress';
    const usage = status === 'completed' ? { input_tokens: 3, output_tokens: 4, total_tokens: 7 } : null;
    json(response, {
      id: 'resp_1',
      object: 'response',
      background: true,
      status,
      model: 'gpt-test',
      output: [],
      usage,
    });
    return true;
  };
  const { outcomes, second, journal } = await twice(async (openai) => {
    let response = await openai.responses.create({ model: 'gpt-test', input: 'go', background: true });
    while (response.status !== 'completed') response = await openai.responses.retrieve(response.id);
    return response.id;
  });
  expect(outcomes).toEqual(['resp_1', 'resp_1']);
  // On resume it looks once more, which is free.
  expect(second).toBe(1);
  expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(journal.map(({ name, usage }) => [name, usage?.total_tokens])).toEqual([
    ['responses', undefined],
    ['responses.retrieve', 7],
  ]);
});

describe('a program that was changed before it is resumed', () => {
  const asking = async (...contents: readonly [role: 'system' | 'user', content: string][]) => {
    const messages = contents.map(([role, content]) => ({ role, content }));
    return (await client().chat.completions.create({ model: 'gpt-test', messages })).id;
  };

  /** Runs one program up to its failure, and resumes it as the other one. */
  async function changed(before: () => Promise<unknown>, after: () => Promise<unknown>) {
    server.onRequest = (n, response) => {
      const message = { role: 'assistant', content: 'text' };
      json(response, { id: `answer ${n}`, choices: [{ index: 0, message, finish_reason: 'stop' }] });
      return true;
    };
    const reprise = new Reprise({ store: 'memory:' });
    let program = before;
    const flow = reprise.flow('program', () => program());
    const stopping = async () => {
      await before();
      throw new Error('stop');
    };
    program = stopping;
    await expect((await flow.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
    const requests = server.seen.length;
    program = after;
    const outcome = await (await flow.start(undefined, { id: 'x' })).result().catch((error) => error);
    await reprise.close();
    return { outcome, more: server.seen.length - requests };
  }

  test('with another date in its standing orders is served what was recorded', async () => {
    const { outcome, more } = await changed(
      () => asking(['system', 'Today is Monday.'], ['user', 'hello']),
      () => asking(['system', 'Today is Tuesday.'], ['user', 'hello']),
    );
    expect([outcome, more]).toEqual(['answer 1', 0]);
  });

  test('with a request put in before is a divergence, before anything is asked', async () => {
    const { outcome, more } = await changed(
      () => asking(['user', 'answer']),
      async () => [await asking(['user', 'classify']), await asking(['user', 'answer'])],
    );
    expect(outcome).toMatchObject({ code: 'REPRISE_DIVERGENCE' });
    expect(more).toBe(0);
  });
});

describe('what is not recorded', () => {
  test('requests that only look go to the server each time', async () => {
    server.onRequest = (_n, response) => {
      json(response, { object: 'list', data: [] });
      return true;
    };
    const { second, journal } = await twice(async (openai) => (await openai.models.list()).data);
    expect(second).toBe(1);
    expect(journal).toEqual([]);
  });

  test('replies that hold secrets', async () => {
    server.onRequest = (_n, response) => {
      json(response, { value: 'ek_secret' });
      return true;
    };
    const { journal } = await twice((openai) => openai.post('/realtime/client_secrets', { body: {} }));
    expect(journal).toEqual([]);
  });

  test('the key of the client, and cookies', async () => {
    server.onRequest = (_n, response) => {
      response.setHeader('set-cookie', 'session=hidden');
      return false;
    };
    const { journal } = await twice(async (openai) => (await openai.chat.completions.create(ask)).id);
    expect(JSON.stringify(journal)).not.toMatch(/secret-key|hidden/);
  });
});

test('a client with an X.509 identity, whose requests cannot be seen, is refused', () => {
  const openai = Object.assign(new OpenAI({ apiKey: 'none' }), { _options: { workloadIdentity: { type: 'x509' } } });
  expect(() => durable(openai)).toThrow('A client with an X.509 identity');
});

test('what is no client is refused', () => {
  expect(() => durable({} as never)).toThrow('durable() takes a client of the package "openai"');
  // @ts-expect-error there is no such option
  expect(() => durable(new OpenAI({ apiKey: 'none' }), { retries: 3 })).toThrow("durable() has no option 'retries'");
});

test('the wrapped client is the same object of the same type', () => {
  const openai = new OpenAI({ apiKey: 'none' });
  const wrapped: OpenAI = durable(openai);
  expect(wrapped).toBe(openai);
});
