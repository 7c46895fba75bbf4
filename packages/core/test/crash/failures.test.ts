import { expect, test } from 'vitest';
import { checkpoint } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

class OutOfFish extends Error {
  override readonly name = 'OutOfFish';
}

const fish = checkpoint('fish', async (river: string) => {
  await turns(1);
  if (river === 'dry') throw new OutOfFish(`no fish in the ${river} river`, { cause: new Error('no water') });
  return `fish of the ${river} river`;
});
const cook = checkpoint('cook', async (meal: string) => `${meal}, cooked`);

test('a failure that the flow has caught is thrown again in its place', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('dinner', async () => {
      try {
        return await cook(await fish('dry'));
      } catch (error) {
        const { name, message, cause } = error as Error;
        return cook(`${name}, ${message}, ${(cause as Error).message}`);
      }
    }),
  );
  expect(report.result).toBe('OutOfFish, no fish in the dry river, no water, cooked');
});

test('one that failed at the very end is tried again, and fails again', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('dinner', async () => fish('dry').catch((error: Error) => `nothing: ${error.message}`)),
  );
  expect(report.result).toBe('nothing: no fish in the dry river');
  // Nothing was built on it, so after the crash it may turn out otherwise.
  expect(report.crashes.some(({ boundary, repeated }) => boundary.landed && repeated.join() === 'fish')).toBe(true);
});

test('branches that fail beside branches that succeed are told apart', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('dinner', async () => {
      const rivers = ['wide', 'dry', 'deep', 'dry'];
      const caught = await Promise.allSettled(rivers.map(fish));
      const meals = caught.map((meal) => (meal.status === 'fulfilled' ? meal.value : (meal.reason as Error).message));
      return Promise.all(meals.map(cook));
    }),
  );
  expect(report.result).toEqual([
    'fish of the wide river, cooked',
    'no fish in the dry river, cooked',
    'fish of the deep river, cooked',
    'no fish in the dry river, cooked',
  ]);
});

test('a failure inside of a call that catches it stays inside', async () => {
  const dinner = checkpoint('dinner', async () => {
    const first = await fish('dry').catch(() => 'bread');
    return `${first} and ${await fish('wide')}`;
  });
  const report = await everyCrash((reprise) => reprise.flow('dinner', async () => cook(await dinner())));
  expect(report.result).toBe('bread and fish of the wide river, cooked');
});

test('when one branch fails, what the other one brings later is kept', async () => {
  const report = await everyCrash((reprise) =>
    reprise.flow('dinner', async () => {
      const slow = checkpoint('slow', () => turns(20).then(() => 'bread'))();
      const first = await Promise.all([slow, fish('dry')]).catch((error: Error) => error.message);
      return [await cook(first as string), await slow];
    }),
  );
  expect(report.result).toEqual(['no fish in the dry river, cooked', 'bread']);
});
