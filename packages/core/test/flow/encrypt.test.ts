import { describe, expect, test } from 'vitest';
import { checkpoint, log, wait } from '../../src/index.ts';
import { type Process, processes, settled, waiting } from '../processes.ts';

const KEY = 'correct horse battery staple';

const define = ({ reprise }: Process) => {
  const draft = checkpoint('draft', async (topic: string) => `all about ${topic} ${'x'.repeat(70_000)}`);
  return reprise.flow('write', async (topic: string) => {
    log({ topic });
    const text = await draft(topic);
    return [text.length, await wait<string>('approve', { question: `Publish ${topic}?` })];
  });
};

async function written(encrypt?: string) {
  const all = processes();
  const options = encrypt === undefined ? {} : { encrypt };
  const first = all.start(options);
  await waiting((await define(first).start('otters', { id: 'x' })).result());
  await settled();
  first.kill();
  return all;
}

test('with a key, nothing that is stored can be read without it', async () => {
  const all = await written(KEY);
  await all.start({ encrypt: KEY }).reprise.waits.answer('x', 'approve', 'otters, yes');
  const entries = (await all.driver.scan?.('', { limit: 1_000 })) ?? [];
  expect(entries.length).toBeGreaterThan(3);
  for (const { key, value } of entries) {
    expect(value).toMatch(/^r1x:/);
    expect(key).not.toContain('otters');
    expect(Buffer.from(value.slice(4), 'base64').toString('latin1')).not.toContain('otters');
  }
});

test('with the key, the execution goes on in another process', async () => {
  const all = await written(KEY);
  const second = all.start({ encrypt: KEY });
  await second.reprise.waits.answer('x', 'approve', 'yes');
  expect((await (await define(second).start('otters', { id: 'x' })).result())[1]).toBe('yes');
  expect(second.story).toContain('served draft');
});

describe('without the key', () => {
  test('everything that reads says how to give one', async () => {
    const all = await written(KEY);
    const process = all.start();
    const { executions, waits } = process.reprise;
    const attempts = [
      define(process).start('otters', { id: 'x' }),
      executions.list(),
      executions.get('x'),
      executions.cancel('x'),
      executions.export('x'),
      waits.list(),
      waits.answer('x', 'approve', 1),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        code: 'REPRISE_CORRUPT_RECORD',
        message: expect.stringMatching(/is encrypted.*option encrypt, or REPRISE_ENCRYPTION_KEY/),
      });
    }
  });
});

test('with another key, the error says that it is another one, and nothing is written', async () => {
  const all = await written(KEY);
  const before = await all.driver.scan?.('', { limit: 1_000 });
  const process = all.start({ encrypt: 'quite another secret' });
  await expect(define(process).start('otters', { id: 'x' })).rejects.toMatchObject({
    code: 'REPRISE_CORRUPT_RECORD',
    message: expect.stringMatching(/another encryption key/),
  });
  expect(await all.driver.scan?.('', { limit: 1_000 })).toEqual(before);
});

test('switched on later, what was stored before stays readable, and what comes is encrypted', async () => {
  const all = await written();
  const count = ((await all.driver.scan?.('reprise/j/', { limit: 1_000 })) ?? []).length;
  const second = all.start({ encrypt: KEY });
  await second.reprise.waits.answer('x', 'approve', 'yes');
  expect((await (await define(second).start('otters', { id: 'x' })).result())[1]).toBe('yes');
  const segments = (await all.driver.scan?.('reprise/j/', { limit: 1_000 })) ?? [];
  expect(segments.slice(0, count).every(({ value }) => value.startsWith('r2:'))).toBe(true);
  expect(segments.length).toBeGreaterThan(count);
  expect(segments.slice(count).every(({ value }) => value.startsWith('r1x:'))).toBe(true);
});

test('the key may come from the environment', async () => {
  process.env.REPRISE_ENCRYPTION_KEY = KEY;
  try {
    const all = await written();
    expect((await all.driver.scan?.('', { limit: 1 }))?.[0]?.value).toMatch(/^r1x:/);
  } finally {
    delete process.env.REPRISE_ENCRYPTION_KEY;
  }
});

test('a short key is refused when the engine is used first', async () => {
  const { reprise } = processes().start({ encrypt: 'short' });
  await expect(reprise.flow('f', async () => 1)()).rejects.toMatchObject({
    code: 'REPRISE_USAGE',
    message: expect.stringMatching(/at least 16 characters/),
  });
});
