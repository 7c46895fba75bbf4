import { describe, expect, test } from 'vitest';
import { CorruptRecordError, RepriseError, StateError, StoreError } from '../../src/index.ts';
import { memoryDriver } from '../../src/store.ts';
import { type FaultKind, fakeWorld, faultyStore } from '../../src/testing.ts';
import { type AgentProcess, RESULT, startAgent } from './agent.ts';

// What the agent asks of a store without faults, read by read and write by write.
const { requests } = await (async () => {
  const store = faultyStore(memoryDriver());
  await startAgent(store).run();
  return store;
})();
const numbered = (isWanted: (operation: string) => boolean) =>
  requests.filter(({ operation }) => isWanted(operation)).map(({ operation, keys }, n) => ({ n, operation, keys }));
const EVERY_REQUEST = numbered(() => true);
const EVERY_WRITE = numbered((operation) => operation === 'set' || operation === 'putIfAbsent');

/** An agent whose store meets one fault, at one request. */
function agentWith(fault: FaultKind, after: number) {
  const driver = memoryDriver();
  const world = fakeWorld();
  const store = faultyStore(driver, [{ fault, after, times: 1 }], world);
  const agent = startAgent(store, { world });
  /** The same agent in another process, on a store that is well again. */
  const next = () => {
    world.exit();
    return startAgent(driver, { world: world.spawn(), bodies: agent.bodies });
  };
  return { store, agent, next };
}

/** What comes of running the agent; an error must be one of ours. */
async function outcomeOf(agent: AgentProcess): Promise<string | RepriseError> {
  try {
    return await agent.run();
  } catch (error) {
    if (!RepriseError.isInstance(error)) throw error;
    return error;
  }
}

const messageOf = (outcome: string | RepriseError) => (StoreError.isInstance(outcome) ? outcome.message : outcome);
const timesMade = ({ bodies }: AgentProcess) => [...new Set(bodies.values())];

test('the agent reads, and writes often, so that these tests mean something', () => {
  expect(EVERY_WRITE.length).toBeGreaterThan(6);
  expect(EVERY_REQUEST.length).toBeGreaterThan(EVERY_WRITE.length);
});

describe.each([
  { fault: 'fail', points: EVERY_REQUEST },
  { fault: 'hang', points: EVERY_REQUEST },
  { fault: 'delay', points: EVERY_REQUEST },
  { fault: 'unsure', points: EVERY_WRITE },
] as const)("where a request meets '$fault'", ({ fault, points }) => {
  test.each(points)('request $n ($operation $keys): every call is made once, for the same result', async ({ n }) => {
    const { agent, store } = agentWith(fault, n);
    let outcome = await outcomeOf(agent);
    if (outcome !== RESULT) {
      // Only where nothing has begun yet is the caller told.
      expect(outcome).toBeInstanceOf(StoreError);
      expect(agent.bodies.size).toBe(0);
      outcome = await outcomeOf(agent);
    }
    expect(outcome).toBe(RESULT);
    expect(timesMade(agent)).toEqual([1]);
    expect(store.requests.map(({ met }) => met)).toContain(fault);
  });
});

describe('where the connection is lost and stays away', () => {
  test.each(EVERY_REQUEST)('from request $n on ($operation $keys): what was paid for is kept', async ({ n }) => {
    const driver = memoryDriver();
    const store = faultyStore(driver, [{ fault: 'fail', after: n }]);
    const agent = startAgent(store);
    const outcome = await outcomeOf(agent);
    // Once the result is stored, nothing is lost by a head that is not.
    if (n === EVERY_REQUEST.length - 1) expect(outcome).toBe(RESULT);
    else expect(messageOf(outcome)).toMatch(/^memory:: \w+\(reprise\/.*\) failed: the store refuses$/);

    store.heal();
    expect(await agent.run()).toBe(RESULT);
    // A call that has others inside of it runs again, to be served those.
    const { edit: _, ...others } = Object.fromEntries([...agent.bodies].map(([key, n]) => [key.split(' ')[0], n]));
    expect(Object.values(others)).toEqual([1, 1, 1]);
  });
});

describe('where a write is torn', () => {
  test.each(EVERY_WRITE)(
    'write $n ($keys): an error names the key, and nothing wrong is ever read',
    async ({ n, keys }) => {
      const { agent, next } = agentWith('tear', n);
      for (const process of [() => agent, () => agent, next, next]) {
        const outcome = await outcomeOf(process());
        if (outcome === RESULT) continue;
        expect(outcome).toBeInstanceOf(CorruptRecordError);
        expect((outcome as CorruptRecordError).message).toContain(
          `${keys[0]} is damaged, or was moved there from another key`,
        );
      }
      expect(timesMade(agent).every((times) => times === 1)).toBe(true);
    },
  );
});

describe('where a write is lost that was reported as done', () => {
  test.each(EVERY_WRITE)('write $n ($operation $keys): no call is made for a second time', async ({ n, operation }) => {
    const { agent, next } = agentWith('forget', n);
    expect(await agent.run()).toBe(RESULT);
    expect(timesMade(agent)).toEqual([1]);
    for (const process of [() => agent, next]) {
      const outcome = await outcomeOf(process());
      if (operation === 'set') expect(outcome).toBe(RESULT);
      else expect(CorruptRecordError.isInstance(outcome) || StateError.isInstance(outcome)).toBe(true);
    }
    expect(timesMade(agent)).toEqual([1]);
  });
});
