import { expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { checkpoint, current } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';

const retry = { attempts: 3, backoff: 1 };
const after = checkpoint('after', async (text: string) => `${text}, then this`);

test('a call that succeeds on its third attempt is recorded once, with the attempts before', async () => {
  const flaky = checkpoint(
    'flaky',
    async () => {
      const attempt = current().call?.attempt ?? 0;
      if (attempt < 3) throw new Error(`attempt ${attempt} fails`);
      return `attempt ${attempt}`;
    },
    { retry },
  );
  const report = await everyCrash((reprise) => reprise.flow('flaky', async () => after(await flaky())));
  expect(report.result).toBe('attempt 3, then this');
  expect(report.crashes.some(({ repeated }) => repeated.join() === 'flaky')).toBe(true);
});

test('calls inside of an attempt that failed are not those of the attempt that follows', async () => {
  const inner = checkpoint('inner', async (attempt: number) => attempt);
  const outer = checkpoint(
    'outer',
    async () => {
      const attempt = current().call?.attempt ?? 0;
      const seen = await inner(attempt);
      if (seen < 3) throw new Error('not yet');
      return `inner saw ${seen}`;
    },
    { retry },
  );
  const report = await everyCrash((reprise) => reprise.flow('outer', async () => after(await outer())));
  expect(report.result).toBe('inner saw 3, then this');
});

test('a call that fails on every attempt fails the same way after every crash', async () => {
  const broken = (name: string) =>
    call<string>({
      kind: 'tool',
      name: 'broken',
      input: name,
      retry: { attempts: 2, backoff: 1 },
      run: ({ attempt }) => {
        throw new TypeError(`${name} is broken, said attempt ${attempt}`);
      },
    });
  const report = await everyCrash((reprise) =>
    reprise.flow('broken', async () => {
      const reasons: string[] = [];
      for (const name of ['one', 'two']) {
        await broken(name).catch((error: Error) => reasons.push(`${error.name}: ${error.message}`));
      }
      return after(reasons.join(' and '));
    }),
  );
  expect(report.result).toBe(
    'TypeError: one is broken, said attempt 2 and TypeError: two is broken, said attempt 2, then this',
  );
});

test('a call that takes longer than its timeout is given up in every process', async () => {
  const hangs = checkpoint('hangs', () => new Promise<string>(() => {}), { timeout: 5 });
  const report = await everyCrash((reprise) =>
    reprise.flow('hangs', async () => after(await hangs().catch((error: Error) => error.message))),
  );
  expect(report.result).toBe("Checkpoint 'hangs' took longer than its timeout of 5 ms., then this");
});
