import { expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { inTime, processes } from '../processes.ts';

test('an abort is no failure: it is not recorded, and the call is made again when the execution goes on', async () => {
  const all = processes();
  const { reprise } = all.start();
  let bodies = 0;
  const fetchPage = checkpoint('fetch', async () => {
    if (++bodies === 1) throw new DOMException('This operation was aborted', 'AbortError');
    return 'page';
  });
  const after = checkpoint('after', async (text: string) => text);
  let fails = true;
  const f = reprise.flow(
    'f',
    async () => {
      const page = await fetchPage().catch((error: Error) => error.name);
      const text = await after(page);
      if (fails) throw new Error('stop');
      return text;
    },
    { onDrift: 'rerun' },
  );
  await expect((await f.start(undefined, { id: 'x' })).result()).rejects.toThrow('stop');
  const { journal } = await reprise.executions.get('x');
  expect(journal.map(({ name, status }) => [name, status])).toEqual([
    ['fetch', 'begun'],
    ['after', 'completed'],
  ]);
  fails = false;
  expect(await inTime(all, (await f.start(undefined, { id: 'x' })).result())).toBe('page');
  expect(bodies).toBe(2);
});

test('an abort is not tried again by a retry policy', async () => {
  const { reprise } = processes().start();
  let bodies = 0;
  const aborted = checkpoint(
    'aborted',
    async () => {
      bodies++;
      throw new DOMException('stop', 'AbortError');
    },
    { retry: { attempts: 5, backoff: 0 } },
  );
  await expect(reprise.flow('f', () => aborted())()).rejects.toThrow('stop');
  expect(bodies).toBe(1);
});

test('a real abort of a signal of the caller is recognised', async () => {
  const { reprise } = processes().start();
  const controller = new AbortController();
  const listening = checkpoint('listening', async () => {
    setImmediate(() => controller.abort());
    await new Promise((_, reject) =>
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true }),
    );
  });
  const handle = await reprise.flow('f', () => listening()).start(undefined);
  await expect(handle.result()).rejects.toThrow(/aborted/);
  expect((await reprise.executions.get(handle.id)).journal).toMatchObject([{ status: 'begun' }]);
});
