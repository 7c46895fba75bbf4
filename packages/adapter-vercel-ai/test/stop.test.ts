import { expect, test } from 'vitest';
import { Stop } from '../src/agent/stop.ts';

test('a stream that stands still when its execution stops tells its reader why', async () => {
  const stop = new Stop();
  const model = stop.model({
    doStream: async () => ({ stream: new ReadableStream({ start: (controller) => controller.enqueue('first') }) }),
  });
  const reader = (await model.doStream()).stream.getReader();
  expect(await reader.read()).toEqual({ done: false, value: 'first' });
  const next = reader.read();
  stop.stop(new Error('the store is away'), false);
  await expect(next).rejects.toThrow('the store is away');
});
