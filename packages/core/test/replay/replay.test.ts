import { describe, expect, test } from 'vitest';
import { checkpoint, now, random, uuid } from '../../src/index.ts';
import { type Process, processes } from '../processes.ts';

/** A flow of three calls, each of which is given what the one before it has brought. */
function chain({ reprise }: Process) {
  const bodies: string[] = [];
  const step = (name: string) =>
    checkpoint(name, async (text: string) => {
      bodies.push(`${name}(${text})`);
      return `${text} ${name}`;
    });
  const [research, draft, publish] = [step('research'), step('draft'), step('publish')];
  const flow = reprise.flow('article', async (topic: string) => publish(await draft(await research(topic))));
  return { flow, bodies };
}

async function recorded() {
  const all = processes();
  const process = all.start();
  const { flow, bodies } = chain(process);
  const handle = await flow.start('otters', { id: 'source' });
  await handle.result();
  bodies.length = 0;
  return { all, bodies, flow, ...process };
}

describe('from a call on', () => {
  test('what had ended before it is kept, and it and all that follows are made again, in a new execution', async () => {
    const { reprise, bodies, story } = await recorded();
    const replay = await reprise.executions.replay('source', { from: 'draft' });
    expect(replay.id).not.toBe('source');
    expect(await replay.result()).toBe('otters research draft publish');
    expect(bodies).toEqual(['draft(otters research)', 'publish(otters research draft)']);
    expect(story.slice(-5)).toEqual(['resumed', 'served research', 'made draft', 'made publish', 'completed']);
  });

  test('the source stays as it was, but that it lists the replay; the replay names its source and the call', async () => {
    const { reprise } = await recorded();
    const before = await reprise.executions.get('source');
    const replay = await reprise.executions.replay('source', { from: 'draft', id: 'again' });
    await replay.result();
    const { replays, ...after } = await reprise.executions.get('source');
    expect({ ...after, replays: [] }).toEqual(before);
    expect(replays).toEqual(['again']);
    const { replayOf, journal } = await reprise.executions.get('again');
    expect(replayOf).toEqual({ execution: 'source', from: before.journal[1]?.id });
    expect(journal.map(({ path, keptFrom }) => [path, keptFrom])).toEqual([
      ['research', 'source'],
      ['draft', undefined],
      ['publish', undefined],
    ]);
  });

  test('without a call, from the beginning', async () => {
    const { reprise, bodies } = await recorded();
    await (await reprise.executions.replay('source')).result();
    expect(bodies).toHaveLength(3);
  });

  test('a replay can be replayed, and what it had kept says who made it', async () => {
    const { reprise, bodies } = await recorded();
    await (await reprise.executions.replay('source', { from: 'draft', id: 'second' })).result();
    bodies.length = 0;
    const third = await reprise.executions.replay('second', { from: 'publish', id: 'third' });
    expect(await third.result()).toBe('otters research draft publish');
    expect(bodies).toEqual(['publish(otters research draft)']);
    const { journal } = await reprise.executions.get('third');
    expect(journal.map(({ keptFrom }) => keptFrom)).toEqual(['source', 'second', undefined]);
  });

  test('now(), random() and uuid() give what they gave, as far as it is kept', async () => {
    const all = processes();
    const { reprise } = all.start();
    const note = checkpoint('note', async (...values: unknown[]) => values);
    const flow = reprise.flow('values', async () => [
      await note(now(), random(), uuid()),
      await note(now(), random(), uuid()),
      await note(now()),
    ]);
    const handle = await flow.start(undefined, { id: 'source' });
    const [first, second, third] = (await handle.result()) as number[][];
    await all.pass(5_000);
    const replay = await reprise.executions.replay('source', { from: 'note#2' });
    const values = (await replay.result()) as number[][];
    expect(values[0]).toEqual(first);
    expect(values[1]).toEqual(second);
    expect(values[2]).toEqual([((third as number[])[0] as number) + 5_000]);
  });
});
