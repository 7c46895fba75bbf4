import { Reprise } from '@reprise/core';
import { expect, test } from 'vitest';
import { durableTools } from '../src/index.ts';

test('durableTools records tools where the loop is your own', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  let runs = 0;
  const { look } = durableTools({ look: async ({ at }: { at: string }) => `${at} ${++runs}` });
  let attempt = 0;
  const work = reprise.flow('own-loop', async () => {
    const seen = await look({ at: 'sea' });
    if (++attempt === 1) throw new Error('away');
    return seen;
  });
  const run = async () => (await work.start(undefined, { id: 'own-loop' })).result();
  await expect(run()).rejects.toThrow('away');
  expect(await run()).toBe('sea 1');
  await reprise.close();
});

test('durableTools takes policies, and none for a tool that there is not', async () => {
  const reprise = new Reprise({ store: 'memory:' });
  let runs = 0;
  const refund = async () => {
    if (++runs === 1) throw new Error('busy');
    return 'paid';
  };
  const tools = durableTools({ refund }, { refund: { retry: { attempts: 2, backoff: 1 } } });
  const work = reprise.flow('with-policies', () => tools.refund());
  expect(await (await work.start()).result()).toBe('paid');
  expect(() => durableTools({ refund }, { refnd: { effect: 'once' } } as never)).toThrow(
    /tools of durableTools\(\) has no option 'refnd'. It takes: refund/,
  );
  await reprise.close();
});
