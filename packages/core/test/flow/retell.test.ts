import { describe, expect, it } from 'vitest';
import { Reprise } from '../../src/reprise.ts';

describe('a completed execution that is told once more', () => {
  async function setup() {
    const store = 'memory:';
    const made: string[] = [];
    const engine = new Reprise({ store });
    let more = false;
    const step = engine.checkpoint('step', async (name: string) => {
      made.push(name);
      return name.toUpperCase();
    });
    const seen: string[] = [];
    const spell = engine.flow('spell', async (word: string) => {
      for (const letter of word) seen.push(await step(letter));
      if (more) seen.push(await step('!'));
      return word;
    });
    await (await spell.start('abc', { id: 'one' })).result();
    const before = await engine.executions.export('one');
    const addStep = () => {
      more = true;
    };
    return { engine, spell, made, seen, before, addStep };
  }

  it('runs its code with every call served, and records nothing', async () => {
    const { engine, spell, made, seen, before } = await setup();
    const handle = await spell.start('abc', { id: 'one', retell: true });
    expect(await handle.result()).toBe('abc');
    expect(seen).toEqual(['A', 'B', 'C', 'A', 'B', 'C']);
    expect(made).toEqual(['a', 'b', 'c']);
    expect(await engine.executions.export('one')).toEqual(before);
  });

  it('does not run its code unless asked', async () => {
    const { spell, seen } = await setup();
    await (await spell.start('abc', { id: 'one' })).result();
    expect(seen).toEqual(['A', 'B', 'C']);
  });

  it('makes no call that it had not made then, and says which', async () => {
    const { engine, spell, made, before, addStep } = await setup();
    addStep();
    const handle = await spell.start('abc', { id: 'one', retell: true });
    await expect(handle.result()).rejects.toThrow(/is completed, and its code now makes the checkpoint call 'step'/);
    expect(made).toEqual(['a', 'b', 'c']);
    expect(await engine.executions.export('one')).toEqual(before);
  });
});
