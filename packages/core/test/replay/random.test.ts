import { expect, test } from 'vitest';
import { checkpoint, type ReplayOptions, Reprise } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';

// Random programs, replayed from each of their calls. The oracle is the program itself, whose result does not depend
// on what is kept.

type Node =
  | { readonly is: 'call'; readonly name: string; readonly inside: Node | undefined }
  | { readonly is: 'row' | 'beside'; readonly parts: readonly Node[] };

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function grow(random: () => number, depth: number): Node {
  const kind = random();
  if (depth === 0 || kind < 0.3) {
    const inside = depth > 1 && random() < 0.4 ? grow(random, depth - 2) : undefined;
    return { is: 'call', name: `step ${Math.floor(random() * 3)}`, inside };
  }
  const parts = Array.from({ length: 2 + Math.floor(random() * 2) }, () => grow(random, depth - 1));
  return { is: kind < 0.65 ? 'row' : 'beside', parts };
}

function programOf(tree: Node, random: () => number) {
  const made: string[] = [];
  const pause = async () => {
    for (let i = Math.floor(random() * 4); i > 0; i--) await new Promise(setImmediate);
  };
  const run = async (node: Node, given: string): Promise<string> => {
    if (node.is === 'call') {
      const { name, inside } = node;
      const step = checkpoint(name, async (text: string) => {
        made.push(name);
        await pause();
        return inside ? run(inside, `${text}'`) : `${text}.`;
      });
      return step(given);
    }
    if (node.is === 'beside') return (await Promise.all(node.parts.map((part) => run(part, given)))).join('|');
    let last = given;
    for (const part of node.parts) last = await run(part, last);
    return last;
  };
  return { run: (given: string) => run(tree, given), made };
}

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 20) }, (_, i) => i + 1);

async function recorded(seed: number) {
  const random = generator(seed);
  const { run, made } = programOf(grow(random, 3), random);
  const reprise = new Reprise({ store: memoryDriver() });
  const { executions } = reprise;
  const flow = reprise.flow('program', run);
  const result = await (await flow.start('x', { id: 'source' })).result();
  const { journal } = await executions.get('source');
  expect(made).toHaveLength(journal.length);
  const replay = async (options: ReplayOptions) => {
    made.length = 0;
    const handle = await executions.replay('source', options);
    return { result: await handle.result(), journal: (await executions.get(handle.id)).journal, made: made.length };
  };
  return { executions, result, journal, replay };
}

test.each(SEEDS)(
  'from wherever a random program is replayed, it comes to the same, and makes what it must (%i)',
  async (seed) => {
    const { executions, result, journal, replay } = await recorded(seed);
    for (const { id: from } of journal) {
      for (const reuse of ['before', 'unchanged'] as const) {
        const plan = await executions.planReplay('source', { from, reuse });
        const again = await replay({ from, reuse });
        expect(again.result).toBe(result);
        expect(again.made, `${reuse} ${from}`).toBe(plan.again.length);
      }
    }
  },
);

test.each(SEEDS)('whatever output of a random program is changed, only what it reaches is made (%i)', async (seed) => {
  const { journal, replay } = await recorded(seed);
  const inputs = new Map(journal.map(({ id, input }) => [id, JSON.stringify(input)]));
  for (const { id } of journal) {
    const overrides = { [id]: { output: 'CHANGED' } };
    const all = await replay({ overrides });
    const least = await replay({ overrides, reuse: 'unchanged' });
    expect(least.result).toBe(all.result);

    const around = new Set<string>();
    const byId = new Map(journal.map((call) => [call.id, call]));
    for (let at = byId.get(id)?.parent; at !== undefined; at = byId.get(at)?.parent) around.add(at);
    const reached = all.journal.filter(
      (call) => call.id !== id && (around.has(call.id) || inputs.get(call.id) !== JSON.stringify(call.input)),
    );
    expect(least.made, id).toBe(reached.length);
  }
});
