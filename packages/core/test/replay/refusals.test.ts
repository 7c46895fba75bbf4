import { describe, expect, test } from 'vitest';
import { checkpoint, NotFoundError, type Override, StateError, UnknownFlowError, wait } from '../../src/index.ts';
import { never, processes, waiting } from '../processes.ts';

async function recorded() {
  const all = processes();
  const process = all.start();
  const { reprise } = process;
  const look = checkpoint('look', async (n: number) => n);
  const plan = checkpoint('plan', async () => (await look(1)) + (await look(2)));
  const flow = reprise.flow('trip', async () => {
    const sum = (await plan()) + (await look(3));
    await wait('approve');
    return sum;
  });
  await waiting((await flow.start(undefined, { id: 'source' })).result());
  await reprise.waits.answer('source', 'approve', true);
  await (await reprise.executions.resume('source')).result();
  const written = all.driver;
  return { all, reprise, written };
}

async function keysOf(driver: ReturnType<typeof processes>['driver']): Promise<number> {
  return (await driver.scan?.('', { limit: 1_000 }))?.length ?? 0;
}

describe('a selector', () => {
  test('is a path, an id, a name that is the only one, or a name with its number', async () => {
    const { reprise } = await recorded();
    const from = async (selector: string) =>
      (await reprise.executions.planReplay('source', { from: selector })).from?.path;
    const { journal } = await reprise.executions.get('source');
    expect(journal.map(({ path }) => path)).toEqual(['plan', 'plan/look', 'plan/look#2', 'look', 'approve']);
    expect(await from('plan/look#2')).toBe('plan/look#2');
    expect(await from('look#2')).toBe('plan/look#2');
    expect(await from('look#3')).toBe('look');
    expect(await from('plan')).toBe('plan');
    expect(await from('approve')).toBe('approve');
    expect(await from(journal[1]?.id as string)).toBe('plan/look');
  });

  test('that fits no call, or several, is refused with the calls that there are to choose from', async () => {
    const { reprise } = await recorded();
    const [, first, second, third] = (await reprise.executions.get('source')).journal;
    await expect(reprise.executions.replay('source', { from: 'write' })).rejects.toThrow(
      `Execution source has no call 'write'. It has: 'plan#1'`,
    );
    await expect(reprise.executions.replay('source', { from: 'look' })).rejects.toThrow(
      `Execution source has 3 calls that 'look' may mean. Name one of them: ` +
        `'plan/look' (${first?.id}), 'plan/look#2' (${second?.id}), 'look#3' (${third?.id}).`,
    );
  });
});

describe('what cannot be is refused before anything is written:', () => {
  const refused: [string, Record<string, Override>, RegExp][] = [
    ['an override of an unknown call', { write: { output: 1 } }, /has no call 'write'/],
    ['an override that says nothing', { plan: {} as Override }, /says nothing/],
    ['an override of two kinds', { plan: { output: 1, error: 'x' } as Override }, /output and error|error and output/],
    ['an override with an unknown word', { plan: { outptu: 1 } as never }, /has no 'outptu'/],
    ['an error that is none', { plan: { error: 1 } as never }, /neither an Error/],
    ['an answer of what is no wait', { plan: { answer: 1 } }, /no wait: give its \{ output \}/],
    ['an output of a wait', { approve: { output: 1 } }, /takes \{ answer \}/],
    ['a model of what is no model call', { plan: { model: 'large' } }, /has no model/],
    ['a value that cannot be stored', { plan: { output: () => 1 } }, /output is a function/],
    ['two overrides of one call', { plan: { output: 1 }, 'plan#1': { output: 2 } }, /are the same call/],
  ];
  for (const [what, overrides, message] of refused) {
    test(what, async () => {
      const { reprise, written } = await recorded();
      const before = await keysOf(written);
      await expect(reprise.executions.replay('source', { overrides })).rejects.toThrow(message);
      expect(await keysOf(written)).toBe(before);
    });
  }

  test('an override of a call that is kept, with what to do instead', async () => {
    const { reprise, written } = await recorded();
    const before = await keysOf(written);
    const overrides = { 'plan/look#2': { output: 5 } };
    await expect(reprise.executions.replay('source', { from: 'look#3', overrides })).rejects.toThrow(
      "'plan/look#2' had ended before 'look' began, so it is kept, and an override would change nothing. " +
        "Replay from 'plan/look#2', or with reuse: 'unchanged'.",
    );
    expect(await keysOf(written)).toBe(before);
    const replay = await reprise.executions.replay('source', { from: 'look#3', overrides, reuse: 'unchanged' });
    await replay.result();
    expect((await reprise.executions.get(replay.id)).result).toBe(9);
  });

  test('options that there are not', async () => {
    const { reprise } = await recorded();
    const options = { form: 'plan' } as never;
    await expect(reprise.executions.replay('source', options)).rejects.toThrow(
      "executions.replay has no option 'form'. It takes: from, input, overrides, reuse, id.",
    );
  });

  test('an execution that there is not, or that is running', async () => {
    const { reprise } = await recorded();
    await expect(reprise.executions.replay('nobody')).rejects.toThrow(NotFoundError);
    await reprise.flow('endless', () => never()).start(undefined, { id: 'running' });
    await expect(reprise.executions.replay('running')).rejects.toThrow(StateError);
  });

  test('an id that is taken by another execution, and the same replay again is the same execution', async () => {
    const { reprise } = await recorded();
    await expect(reprise.executions.replay('source', { id: 'source' })).rejects.toThrow(StateError);
    const overrides = { plan: { error: 'no plan' } };
    const replay = () => reprise.executions.replay('source', { overrides, id: 'replay' });
    await expect((await replay()).result()).rejects.toThrow('no plan');
    await expect((await replay()).result()).rejects.toThrow('no plan');
    expect((await reprise.executions.get('source')).replays).toEqual(['replay']);
    const other = { overrides: { plan: { output: 1 } }, id: 'replay' };
    await expect(reprise.executions.replay('source', other)).rejects.toThrow("There is an execution 'replay' already");
  });

  test('a flow that this process does not have; it can be written and started elsewhere', async () => {
    const { all, reprise, written } = await recorded();
    const stranger = all.start();
    const before = await keysOf(written);
    const refusal = stranger.reprise.executions.replay('source', { from: 'look#3' });
    await expect(refusal).rejects.toThrow(UnknownFlowError);
    await expect(refusal).rejects.toThrow("executions.prepareReplay('source', …) writes the replay");
    expect(await keysOf(written)).toBe(before);

    const { id, plan, launch } = await stranger.reprise.executions.prepareReplay('source', { from: 'look#3' });
    expect(plan.kept.map(({ path }) => path)).toEqual(['plan', 'plan/look', 'plan/look#2']);
    expect(launch).toEqual((await reprise.executions.get('source')).launch);
    expect((await reprise.executions.get(id)).status).toBe('crashed');
    await waiting((await reprise.executions.resume(id)).result());
    expect((await reprise.executions.get(id)).calls).toEqual({ made: 1, served: 1 });
  });
});
