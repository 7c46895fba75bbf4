import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type ExecutionExport, RepriseError } from '../../src/index.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { oldFlows } from '../fixtures/flows.ts';
import { fileOf } from '../fixtures/make.ts';
import { processes } from '../processes.ts';
import { damages } from './damage.ts';
import { fuzz } from './fuzz.ts';
import { isChange, storedIn, tamperingChoices } from './tampering.ts';

const exports = Object.keys(oldFlows).map(async (name): Promise<ExecutionExport> => {
  const { execution } = JSON.parse(readFileSync(fileOf(name), 'utf8'));
  const { reprise } = processes().start();
  await reprise.executions.import(execution);
  return reprise.executions.export(execution.execution);
});
const which = fc.nat(exports.length - 1);

/** Imports what may be damaged. Either all of it is in the store then, or nothing is and the error says so. */
async function imported(data: unknown): Promise<ExecutionExport | undefined> {
  const driver = memoryDriver();
  const { reprise } = processes(driver).start();
  try {
    await reprise.executions.import(data as ExecutionExport);
  } catch (error) {
    expect(error).toBeInstanceOf(RepriseError);
    expect(error).toMatchObject({ code: 'REPRISE_USAGE' });
    expect(await storedIn(driver)).toEqual(new Map());
    return undefined;
  }
  const { execution, entries } = data as ExecutionExport;
  expect(new Set((await storedIn(driver)).keys())).toEqual(new Set(Object.keys(entries)));
  // Whatever was let in can be listed and shown.
  expect((await reprise.executions.list()).length).toBeGreaterThan(0);
  await reprise.executions.get(execution);
  return reprise.executions.export(execution);
}

describe('an import', () => {
  fuzz(
    'of a file that was damaged anywhere is refused, and nothing is stored; or it is what was exported',
    60,
    fc.asyncProperty(which, damages, async (at, damage) => {
      const data = await exports[at];
      const text = damage(JSON.stringify(data));
      const parsed = parse(text);
      fc.pre(parsed !== undefined);
      const back = await imported(parsed);
      // Damage to the checksum's own name makes it an export of the first releases, which had none.
      if (back) expect(back).toEqual(data);
    }),
  );

  fuzz(
    'with entries that were changed, swapped, repeated or left out is refused, and nothing is stored',
    100,
    fc.asyncProperty(which, which, tamperingChoices, async (at, other, choose) => {
      const data = (await exports[at]) as ExecutionExport;
      const entries = await changedEntries(data, (await exports[other]) as ExecutionExport, choose);
      expect(await imported({ ...data, entries })).toBeUndefined();
    }),
  );

  /** Without a checksum a changed word in a value cannot be seen; but what is let in can be read, as a whole. */
  fuzz(
    'without a checksum is refused, or can be read whole',
    60,
    fc.asyncProperty(which, which, tamperingChoices, async (at, other, choose) => {
      const { checksum: _, ...data } = (await exports[at]) as ExecutionExport;
      const entries = await changedEntries(data, (await exports[other]) as ExecutionExport, choose);
      const back = await imported({ ...data, entries });
      if (back) expect(back.entries).toEqual(entries);
    }),
  );
});

type Choose = typeof tamperingChoices extends fc.Arbitrary<infer Choice> ? Choice : never;

async function changedEntries(data: ExecutionExport, other: ExecutionExport, choose: Choose) {
  const stored = new Map(Object.entries(data.entries));
  const { changes } = choose(stored, new Map(Object.entries(other.entries)));
  fc.pre(isChange(stored, changes));
  const all = [...new Map<string, string | undefined>([...stored, ...changes])];
  return Object.fromEntries(all.filter(([, text]) => text !== undefined)) as Record<string, string>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
