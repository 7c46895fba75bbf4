import { expect, test } from 'vitest';
import { checkpoint, log, now, random, sleep, uuid } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';

const HOUR = 3_600_000;
const note = checkpoint('note', async (...what: unknown[]) => what.length);

test('sleeps last as long as they were told to, however many processes that takes', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('sleeper', async () => {
      const start = now();
      await sleep('10 seconds');
      await note('short');
      await sleep('3 hours');
      await note('long');
      return Math.floor((now() - start) / HOUR);
    }),
  );
  expect(report.result).toBe(3);
});

test('sleeps side by side are over in the order of their lengths', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('sleeper', async () => {
      const order: string[] = [];
      const nap = async (name: string, length: string) => {
        await sleep(length);
        order.push(name);
        await note(name);
      };
      await Promise.all([nap('long', '2 days'), nap('short', '5 seconds'), nap('middle', '1 day')]);
      return order;
    }),
  );
  expect(report.result).toEqual(['short', 'middle', 'long']);
});

test('now, random and uuid give what they gave before the crash', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('values', async () => {
      const first = [now(), random(), uuid()];
      await note(...first);
      const branches = await Promise.all(
        ['a', 'b'].map(async (branch) => {
          await sleep('1 minute');
          const own = [branch, now(), random(), uuid()];
          log({ own });
          await note(...own);
          return own;
        }),
      );
      return [first, ...branches];
    }),
  );
  const [, a, b] = report.result;
  expect(a?.slice(2)).not.toEqual(b?.slice(2));
});
