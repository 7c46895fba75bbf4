import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { call } from '../../src/adapter.ts';
import { checkpoint } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

test('parallel chains of equal names and different inputs each go on with their own', async () => {
  const llm = checkpoint('llm', async (branch: number, step: number) => {
    await turns((branch * 3 + step) % 4);
    return `${branch}.${step}`;
  });
  const chain = async (branch: number) => [await llm(branch, 1), await llm(branch, 2), await llm(branch, 3)];
  const report = await everyCrash((reprise) =>
    reprise.flow('chains', async () => Promise.all([chain(0), chain(1), chain(2)])),
  );
  expect(report.result).toEqual([0, 1, 2].map((branch) => [`${branch}.1`, `${branch}.2`, `${branch}.3`]));
  expect(report.crashes.some(({ repeated }) => repeated.length > 1)).toBe(true);
});

test('parallel chains of equal names and equal inputs keep what they had', async () => {
  const llm = checkpoint('llm', async (prompt: string) => {
    await turns(prompt.length % 3);
    return prompt.length;
  });
  const chain = async (branch: number) => {
    const first = await llm('the same for all');
    return [branch, first, await llm(`${branch} of ${first}`)];
  };
  const report = await everyCrash((reprise) =>
    reprise.flow('chains', async () => Promise.all([chain(10), chain(200), chain(3_000)])),
  );
  expect(report.result).toEqual([
    [10, 16, 8],
    [200, 16, 9],
    [3_000, 16, 10],
  ]);
});

test('parallel chains without inputs never get the data of one another', async () => {
  // The bodies know their branch by a way that the engine cannot see.
  const branches = new AsyncLocalStorage<number>();
  const llm = checkpoint('llm', async () => {
    const branch = branches.getStore() ?? -1;
    await turns((branch * 2) % 3);
    return `thought of ${branch}`;
  });
  const tool = checkpoint('tool', async () => `result of ${branches.getStore()}`);
  const chain = async () => [await llm(), await tool(), await llm()];
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('chains', async () => Promise.all([0, 1, 2].map((branch) => branches.run(branch, chain)))),
    undefined,
    { depth: 2 },
  );
  expect(report.result).toEqual(
    [0, 1, 2].map((branch) => [`thought of ${branch}`, `result of ${branch}`, `thought of ${branch}`]),
  );
});

test('parallel calls in a row share writes, and each of those that did not land is made again', async () => {
  const fetch = checkpoint('fetch', async (page: number) => page * page);
  const report = await everyCrash(
    (reprise) =>
      reprise.flow('pages', async (count: number) => Promise.all(Array.from({ length: count }, (_, i) => fetch(i)))),
    20,
  );
  expect(report.result[19]).toBe(361);
  expect(report.boundaries).toBeLessThan(10);
  expect(report.crashes.some(({ repeated }) => repeated.length === 20)).toBe(true);
});

test('branches that branch again survive two crashes', async () => {
  const step = (name: string, input: unknown) =>
    call({ kind: 'tool', name: 'step', input, run: async () => turns(name.length % 3).then(() => `${name}!`) });
  const branch = async (name: string): Promise<string[]> => {
    const start = await step(name, 'same');
    const [left, right] = await Promise.all([step(`${start}l`, 'same'), step(`${start}r`, 'same')]);
    return [left, right, await step(`${left}${right}`, name)];
  };
  const report = await everyCrash(
    (reprise) => reprise.flow('tree', async () => Promise.all(['a', 'bb', 'ccc'].map(branch))),
    undefined,
    { depth: 2 },
  );
  expect(report.result[2]).toEqual(['ccc!l!', 'ccc!r!', 'ccc!l!ccc!r!!']);
});
