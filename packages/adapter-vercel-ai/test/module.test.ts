import { configure, flow } from '@reprise/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { durable, durableProvider } from '../src/index.ts';
import { RELEASES, Setting, sdkOf, text } from './setting.ts';

const setting = new Setting();

beforeAll(() => configure({ store: 'memory:' }));
beforeEach(() => setting.begin());
afterAll(() => setting.end());

const versionOf = (release: string) => (release.startsWith('ai5') ? 'v2' : release.startsWith('ai6') ? 'v3' : 'v4');

/** Models that are no language models, and what they were asked. */
function others(release: string) {
  const asked: string[] = [];
  const specificationVersion = versionOf(release);
  const embedding = {
    specificationVersion,
    provider: 'test',
    modelId: 'embedding',
    maxEmbeddingsPerCall: 2,
    supportsParallelCalls: true,
    async doEmbed({ values }: { values: string[] }) {
      asked.push(`embed ${values.join(' ')}`);
      return { embeddings: values.map((value) => [value.length, 0.5]), warnings: [] };
    },
  };
  const image = {
    specificationVersion,
    provider: 'test',
    modelId: 'image',
    maxImagesPerCall: 1,
    async doGenerate() {
      asked.push('image');
      const response = { timestamp: new Date(0), modelId: 'image', headers: undefined };
      return { images: [new Uint8Array([1, 2, 3])], warnings: [], response };
    },
  };
  return { asked, embedding: embedding as never, image: image as never };
}

describe.each(RELEASES)('with %s', (release) => {
  const ai = sdkOf(release);

  test('objects, embeddings and images are asked for once, and come back as they were', async () => {
    const { asked, embedding, image } = others(release);
    const sdk = durable(ai);
    const generateImage = (sdk.generateImage ??
      Reflect.get(sdk, 'experimental_generateImage')) as typeof ai.generateImage;
    const model = setting.model(release, () => [text('{"city":"Rome"}')]);
    const schema = z.object({ city: z.string() });
    let runs = 0;
    const work = flow(crypto.randomUUID(), async () => {
      const { object } = await sdk.generateObject({ model, schema, prompt: 'where' });
      const streamed = sdk.streamObject({ model, schema, prompt: 'and then' });
      for await (const _ of streamed.partialObjectStream);
      const one = await sdk.embed({ model: embedding, value: 'one' });
      const many = await sdk.embedMany({ model: embedding, values: ['a', 'bb', 'ccc'] });
      const drawn = await generateImage({ model: image, prompt: 'a cat' });
      if (++runs === 1) throw new Error('away');
      const { uint8Array } = drawn.image;
      return { object, streamed: await streamed.object, one: one.embedding, many: many.embeddings, uint8Array };
    });
    const id = crypto.randomUUID();
    const run = async () => (await work.start(undefined, { id })).result();
    await expect(run()).rejects.toThrow('away');
    expect(await run()).toEqual({
      object: { city: 'Rome' },
      streamed: { city: 'Rome' },
      one: [3, 0.5],
      many: [
        [1, 0.5],
        [2, 0.5],
        [3, 0.5],
      ],
      uint8Array: new Uint8Array([1, 2, 3]),
    });
    expect([runs, setting.calls]).toEqual([2, 2]);
    expect(asked.sort()).toEqual(['embed a bb', 'embed ccc', 'embed one', 'image']);
  });

  test('a model given as text is looked up at the provider that the program has set', async () => {
    const model = setting.model(release, () => [text('Hello.')]);
    const provider = durableProvider({ languageModel: (_id: string) => model });
    const shared = globalThis as { AI_SDK_DEFAULT_PROVIDER?: object };
    shared.AI_SDK_DEFAULT_PROVIDER = provider;
    try {
      const agent = setting.agent(release, () => [], { settings: { model: 'test/model' } });
      const id = crypto.randomUUID();
      for (let i = 0; i < 2; i++) expect((await agent.generate({ prompt: 'go', id })).text).toBe('Hello.');
      expect(setting.calls).toBe(1);
    } finally {
      delete shared.AI_SDK_DEFAULT_PROVIDER;
    }
  });
});

test('a text names a model of the kind that is asked for', async () => {
  const { embedding } = others('ai');
  const shared = globalThis as { AI_SDK_DEFAULT_PROVIDER?: object };
  shared.AI_SDK_DEFAULT_PROVIDER = { embeddingModel: () => embedding };
  try {
    const { embed } = durable(sdkOf('ai'));
    const work = flow(
      crypto.randomUUID(),
      async () => (await embed({ model: 'test/embedding', value: 'one' })).embedding,
    );
    expect(await work()).toEqual([3, 0.5]);
  } finally {
    delete shared.AI_SDK_DEFAULT_PROVIDER;
  }
});

test('all models of a durable provider are durable, whatever its methods are called', async () => {
  const { asked, image } = others('ai');
  const { generateImage } = sdkOf('ai');
  const provider = durableProvider({ paints: () => image });
  let runs = 0;
  const work = flow(crypto.randomUUID(), async () => {
    const { image: drawn } = await generateImage({ model: provider.paints(), prompt: 'a cat' });
    if (++runs === 1) throw new Error('away');
    return drawn.uint8Array.length;
  });
  const run = async () => (await work.start(undefined, { id: 'paints' })).result();
  await expect(run()).rejects.toThrow('away');
  expect(await run()).toBe(3);
  expect(asked).toEqual(['image']);
});
