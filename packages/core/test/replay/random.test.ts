import fc from 'fast-check';
import { expect } from 'vitest';
import { type ReplayOptions, Reprise } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { fakeWorld } from '../../src/testing/fake-world.ts';
import { fuzz } from '../fuzz/fuzz.ts';
import { defineProgram, type Outside } from '../programs/interpret.ts';
import { inTime, randomFrom } from '../programs/lives.ts';
import { labelled, type Part, programs, show } from '../programs/program.ts';

// Random programs, replayed from each of their calls. The oracle is the program itself, whose result does not depend
// on what is kept.

const parts = programs({ depth: 2, without: ['race', 'any', 'wait', 'failure', 'flow', 'drawn'] });
const cases = fc.tuple(parts, fc.nat(99));

async function recorded(part: Part, seed: number) {
  const random = randomFrom(seed);
  const take = async () => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
  };
  let made = 0;
  const outside: Outside = { pause: take, work: take, bodyRuns: () => made++, handed: () => {}, drawn: () => {} };
  const world = fakeWorld();
  const reprise = new Reprise({ store: memoryDriver(), world });
  const { executions } = reprise;
  const flow = defineProgram(reprise, labelled(part), outside);
  const result = await inTime(world, (await flow.start('x', { id: 'source' })).result());
  const { journal } = await executions.get('source');
  expect(made).toBe(journal.length);
  const replay = async (options: ReplayOptions) => {
    made = 0;
    const handle = await executions.replay('source', options);
    const again = await inTime(world, handle.result());
    return { result: again, journal: (await executions.get(handle.id)).journal, made };
  };
  return { executions, result, journal, replay };
}

fuzz(
  'from wherever a program is replayed, it comes to the same, and makes what it must',
  20,
  fc.asyncProperty(cases, async ([part, seed]) => {
    const { executions, result, journal, replay } = await recorded(part, seed);
    for (const { id: from, path } of journal) {
      for (const reuse of ['before', 'unchanged'] as const) {
        const about = `${show(part)}\n${reuse} ${path}`;
        const plan = await executions.planReplay('source', { from, reuse });
        const again = await replay({ from, reuse });
        expect(again.result, about).toBe(result);
        expect(again.made, about).toBe(plan.again.length);
      }
    }
  }),
);

fuzz(
  'whatever output of a program is changed, only what it reaches is made',
  20,
  fc.asyncProperty(cases, async ([part, seed]) => {
    const { journal, replay } = await recorded(part, seed);
    const inputs = new Map(journal.map(({ id, input }) => [id, JSON.stringify(input)]));
    const byId = new Map(journal.map((call) => [call.id, call]));
    for (const { id, path } of journal) {
      const about = `${show(part)}\n${path}`;
      const overrides = { [id]: { output: 'CHANGED' } };
      const all = await replay({ overrides });
      const least = await replay({ overrides, reuse: 'unchanged' });
      expect(least.result, about).toBe(all.result);

      const around = new Set<string>();
      for (let at = byId.get(id)?.parent; at !== undefined; at = byId.get(at)?.parent) around.add(at);
      const reached = all.journal.filter(
        (call) => call.id !== id && (around.has(call.id) || inputs.get(call.id) !== JSON.stringify(call.input)),
      );
      expect(least.made, about).toBe(reached.length);
    }
  }),
);
