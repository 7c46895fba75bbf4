import { expect, test } from 'vitest';
import { Reprise } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { processes } from '../processes.ts';

test('two flows of one name are refused when the second is defined', () => {
  const { reprise } = processes().start();
  reprise.flow('agent', async () => 1);
  expect(() => reprise.flow('agent', async () => 2)).toThrow(/two flows named 'agent'/);
});

test('two engines may each have a flow of the same name', async () => {
  const one = new Reprise({ store: 'memory:' }).flow('agent', async () => 1);
  const two = new Reprise({ store: 'memory:' }).flow('agent', async () => 2);
  expect([await one(), await two()]).toEqual([1, 2]);
});

test('a flow knows its name', () => {
  expect(
    processes()
      .start()
      .reprise.flow('agent', async () => 1).flowName,
  ).toBe('agent');
});

test('the version is recorded with each execution, and changes nothing by itself', async () => {
  const all = processes();
  const define = (version: string) =>
    all.start().reprise.flow(
      'agent',
      async (fails: boolean) => {
        if (fails && version === '1') throw new Error('not yet');
        return version;
      },
      { version },
    );
  await expect((await define('1').start(true, { id: 'x' })).result()).rejects.toThrow('not yet');
  expect(await (await define('2').start(true, { id: 'x' })).result()).toBe('2');
  expect(await all.start().reprise.executions.get('x')).toMatchObject({ version: '1', result: '2' });
});

test('options cannot be changed after the store was opened', async () => {
  const reprise = new Reprise();
  reprise.configure({ store: 'memory:' });
  await reprise.flow('agent', async () => 1)();
  expect(() => reprise.configure({ poll: 10 })).toThrow(/before the first flow runs/);
});

test('a closed engine opens its store again when it is used again', async () => {
  const { reprise } = processes().start();
  const agent = reprise.flow('agent', async () => 1);
  await (await agent.start(undefined, { id: 'x' })).result();
  await reprise.close();
  expect(await reprise.executions.get('x')).toMatchObject({ result: 1 });
});

test('a store that cannot be opened fails the flow, and is tried again with the next one', async () => {
  const { honest: _, ...driver } = memoryDriver();
  let isUp = false;
  const set: typeof driver.set = (key, value) =>
    isUp ? driver.set(key, value) : Promise.reject(new Error('not up yet'));
  const agent = new Reprise({ store: { ...driver, set } }).flow('agent', async () => 1);
  await expect(agent()).rejects.toMatchObject({
    code: 'REPRISE_STORE_OPEN',
    message: expect.stringContaining('not up yet'),
  });
  isUp = true;
  expect(await agent()).toBe(1);
});

test('a flow that is called with options says that its start takes them', async () => {
  const { reprise } = processes().start();
  const agent = reprise.flow('agent', async (topic: string) => topic);
  // @ts-expect-error A call takes the input alone.
  await expect(agent('otters', { id: 'otters-1' })).rejects.toThrow(/'agent' was called with options.*start\(input/);
  expect(await reprise.executions.list()).toEqual([]);
});

test('a flow may be given to map, whose index and array it leaves alone', async () => {
  const { reprise } = processes().start();
  const agent = reprise.flow('agent', async (topic: string) => `${topic}!`);
  const run: (topic: string, index: number, all: string[]) => Promise<string> = agent;
  expect(await Promise.all(['otters', 'owls'].map(run))).toEqual(['otters!', 'owls!']);
});
