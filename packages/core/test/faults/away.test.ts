import { describe, expect, test } from 'vitest';
import { callStream } from '../../src/adapter.ts';
import { checkpoint, Reprise, StoreError, WaitingError, wait } from '../../src/index.ts';
import { memoryDriver } from '../../src/store.ts';
import { type Fault, fakeWorld, faultyStore } from '../../src/testing.ts';
import { ID, RESULT, startAgent, whileTimePasses } from './agent.ts';

function setUp(...faults: Fault[]) {
  const driver = memoryDriver();
  const world = fakeWorld();
  const store = faultyStore(driver, faults, world);
  return { driver, world, store };
}

describe('while the store is away', () => {
  test('nothing is begun that could not be recorded, and the error says what was asked of which store', async () => {
    const { world, store } = setUp();
    store.disconnect();
    const agent = startAgent(store, { world });
    const error = await agent.run().catch((reason) => reason);
    expect(StoreError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'REPRISE_STORE', operation: 'getMany', key: `reprise/h/${ID}` });
    expect(error.message).toBe(`memory:: getMany(reprise/h/${ID}) failed: the connection is lost`);
    expect(agent.bodies.size).toBe(0);

    store.heal();
    expect(await agent.run()).toBe(RESULT);
  });

  test('a running execution holds out for its patience, and goes on when the store comes back', async () => {
    const { world, store } = setUp();
    const agent = startAgent(store, { world });
    store.plan({ fault: 'fail', on: 'write', after: 4 });
    const run = agent.run();
    await world.advance('20 seconds');
    expect(store.requests.filter(({ met }) => met === 'fail').length).toBeGreaterThan(5);
    store.heal();
    expect(await run).toBe(RESULT);
    expect([...agent.bodies.values()].every((times) => times === 1)).toBe(true);
  });

  test('it stops when its patience is over, and no code of it goes on behind the back of the journal', async () => {
    const { world, store } = setUp({ fault: 'fail', on: 'putIfAbsent', after: 2 });
    const agent = startAgent(store, { world, patience: 1_000 });
    await expect(agent.run()).rejects.toThrow(`memory:: putIfAbsent(reprise/j/${ID}/00000002) failed`);
    const begun = new Map(agent.bodies);
    await world.advance('1 hour');
    expect(agent.bodies).toEqual(begun);
    expect([...begun.keys()].filter((key) => key.startsWith('edit'))).toEqual([]);
  });

  test('a request that is never answered counts as failed after its deadline', async () => {
    const { world, store } = setUp({ fault: 'hang', on: 'putIfAbsent', after: 3, times: 1 });
    const agent = startAgent(store, { world });
    expect(await agent.run()).toBe(RESULT);
    expect(world.now() - Date.UTC(2026, 0, 1)).toBeGreaterThanOrEqual(10_000);
    expect([...agent.bodies.values()].every((times) => times === 1)).toBe(true);
  });

  test('a slow store makes an agent slow, and nothing else', async () => {
    const { world, store } = setUp({ fault: 'delay', milliseconds: 3_000 });
    const agent = startAgent(store, { world });
    expect(await agent.run()).toBe(RESULT);
    expect(world.now() - Date.UTC(2026, 0, 1)).toBeGreaterThan(3_000 * 8);
    expect([...agent.bodies.values()].every((times) => times === 1)).toBe(true);
  });

  test('a resumed execution never takes a read that failed for an empty journal', async () => {
    const { driver, world, store } = setUp({ fault: 'fail', on: 'putIfAbsent', after: 4 });
    const first = startAgent(store, { world, patience: 0 });
    await expect(first.run()).rejects.toThrow(StoreError);
    world.exit();

    const bodies = new Map<string, number>();
    const sick = faultyStore(driver, [{ fault: 'fail', on: 'read' }]);
    await expect(startAgent(sick, { world: world.spawn(), bodies }).run()).rejects.toThrow(StoreError);
    expect(bodies.size).toBe(0);
    expect(await startAgent(driver, { world: world.spawn(), bodies }).run()).toBe(RESULT);
    expect([...bodies.keys()].filter((key) => key.startsWith('plan'))).toEqual([]);
  });

  test('an effect that must happen once does not happen unless the intent is stored', async () => {
    const { world, store } = setUp({ fault: 'fail', on: 'putIfAbsent', after: 1 });
    const reprise = new Reprise({ store, world, patience: 0 });
    const sent: string[] = [];
    const send = checkpoint('send', async (text: string) => sent.push(text), { effect: 'once' });
    const flow = reprise.flow('mailer', async (text: string) => send(text));
    const start = async () => (await flow.start('hello', { id: ID })).result();
    await expect(whileTimePasses(world, start())).rejects.toThrow(StoreError);
    expect(sent).toEqual([]);
    store.heal();
    // The intent was kept and is stored now, and what is stored cannot tell that nothing came of it.
    await expect(whileTimePasses(world, start())).rejects.toThrow(WaitingError);
    expect(sent).toEqual([]);
    await reprise.waits.answer(ID, 'send in doubt', { outcome: 'again' });
    expect(await whileTimePasses(world, start())).toBe(1);
    expect(sent).toEqual(['hello']);
  });

  test('a stream keeps its last chunk back until it is stored, and is asked for once', async () => {
    const { world, store } = setUp({ fault: 'fail', on: 'putIfAbsent', after: 2, times: 3 });
    const reprise = new Reprise({ store, world });
    let asked = 0;
    const shown: string[] = [];
    const flow = reprise.flow('talker', async () => {
      const answer = callStream<string>({
        kind: 'llm',
        name: 'answer',
        input: 'hello',
        isTerminal: (chunk) => chunk === '.',
        async *run() {
          asked++;
          yield* ['well', 'well', '.'];
        },
      });
      for await (const chunk of answer) shown.push(chunk);
      return shown.join(' ');
    });
    const run = flow();
    await world.advance(20);
    expect(shown).toEqual(['well', 'well']);
    expect(await whileTimePasses(world, run)).toBe('well well .');
    expect(asked).toBe(1);
  });
});

describe('while the store is away from an execution that waits', () => {
  async function waiting(...faults: Fault[]) {
    const { driver, world, store } = setUp();
    const made: string[] = [];
    const write = checkpoint('write', async (text: string) => {
      made.push(text);
      return text;
    });
    const reprise = new Reprise({ store, world, patience: 0 });
    const flow = reprise.flow('agent', async () => `${await write('draft')} ${await wait<string>('approve')}`);
    const run = async () => whileTimePasses(world, (await flow.start(undefined, { id: ID })).result());
    await expect(run()).rejects.toThrow(WaitingError);
    for (const fault of faults) store.plan(fault);
    return { driver, world, store, reprise, run, made };
  }

  test('an answer that could not be stored is an error for the one who answers, and can be given again', async () => {
    const { store, reprise, run, made } = await waiting({ fault: 'fail', on: 'write' });
    await expect(reprise.waits.answer(ID, 'approve', 'yes')).rejects.toThrow(StoreError);
    store.heal();
    await reprise.waits.answer(ID, 'approve', 'yes');
    expect(await run()).toBe('draft yes');
    expect(made).toEqual(['draft']);
  });

  test('an answer whose acknowledgement is lost counts, and a second one does not replace it', async () => {
    const { store, reprise, run } = await waiting({ fault: 'unsure', on: 'write', times: 1 });
    await expect(reprise.waits.answer(ID, 'approve', 'yes')).rejects.toThrow(StoreError);
    store.heal();
    await expect(reprise.waits.answer(ID, 'approve', 'no')).rejects.toThrow('has been answered');
    expect(await run()).toBe('draft yes');
  });

  test('it goes on waiting, and its calls are not made again', async () => {
    const { store, reprise, run, made } = await waiting();
    await reprise.waits.answer(ID, 'approve', 'yes');
    store.disconnect();
    await expect(run()).rejects.toThrow(StoreError);
    store.heal();
    expect(await run()).toBe('draft yes');
    expect(made).toEqual(['draft']);
  });
});
