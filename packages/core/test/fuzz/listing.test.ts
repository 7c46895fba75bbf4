import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { CorruptRecordError, wait } from '../../src/index.ts';
import type { Driver } from '../../src/store/driver.ts';
import { inTime, type Process, processes, waiting } from '../processes.ts';
import { type Damage, damages } from './damage.ts';
import { fuzz } from './fuzz.ts';
import { type Stored, storedIn, storeWith } from './tampering.ts';

const IDS = ['a', 'b', 'c', 'd'];
const define = ({ reprise }: Process) => reprise.flow('f', async () => wait<string>('approve'));

/** Executions of which each waits; all are answered but the last. */
const stored: Promise<Stored> = (async () => {
  const all = processes();
  const first = all.start();
  const flow = define(first);
  for (const id of IDS) await waiting((await flow.start(undefined, { id })).result());
  for (const id of IDS.slice(0, -1)) await first.reprise.waits.answer(id, 'approve', `yes, ${id}`);
  first.kill();
  return storedIn(all.driver);
})();

const which = fc.subarray(IDS, { minLength: 1, maxLength: IDS.length - 1 });

/** The store with the records under these keys damaged. */
async function damaged(keys: readonly string[], damage: Damage): Promise<Driver> {
  const before = await stored;
  const changes = new Map(keys.map((key) => [key, damage(before.get(key) ?? '')]));
  fc.pre(keys.every((key) => changes.get(key) !== before.get(key)));
  return storeWith(before, { what: 'damaged', changes });
}

describe('where the statuses of some executions are damaged', () => {
  const headOf = (id: string) => `reprise/h/${id}`;

  fuzz(
    'the others are listed, and each damaged one is told of by its key',
    40,
    fc.asyncProperty(which, damages, async (ids, damage) => {
      const { reprise } = processes(await damaged(ids.map(headOf), damage)).start();
      const told: CorruptRecordError[] = [];
      const listed = await reprise.executions.list({ onDamaged: (error) => told.push(error) });
      expect(listed.map(({ id }) => id).sort()).toEqual(IDS.filter((id) => !ids.includes(id)));
      expect(told.map(({ key }) => key)).toEqual(ids.map(headOf));
      for (const error of told) expect(error.message).toContain(error.key);
      for (const id of ids) {
        await expect(reprise.executions.get(id)).rejects.toMatchObject({
          code: 'REPRISE_CORRUPT_RECORD',
          key: headOf(id),
        });
      }
    }),
  );

  fuzz(
    'the others are recovered, and the handle of each damaged one names its key',
    20,
    fc.asyncProperty(which, damages, async (ids, damage) => {
      const all = processes(await damaged(ids.map(headOf), damage));
      const process = all.start();
      define(process);
      const handles = await process.reprise.recover();
      const outcomes = await inTime(
        all,
        Promise.all(handles.map(({ result }) => result().catch((error) => error.key))),
      );
      const answered = IDS.slice(0, -1).filter((id) => !ids.includes(id));
      expect(outcomes.sort()).toEqual([...ids.map(headOf), ...answered.map((id) => `yes, ${id}`)].sort());
    }),
  );
});

describe('where what was said to an execution is damaged', () => {
  fuzz(
    'it stops and names the key, and takes nothing else for an answer',
    40,
    fc.asyncProperty(fc.constantFrom(...IDS.slice(0, -1)), damages, fc.boolean(), async (id, damage, isCancel) => {
      const before = await stored;
      const letter = [...before.keys()].find((key) => key.startsWith(`reprise/m/${id}/`)) as string;
      const key = isCancel ? `reprise/m/${id}/cancel` : letter;
      const text = damage(before.get(letter) as string);
      fc.pre(isCancel || text !== before.get(letter));
      const all = processes(await storeWith(before, { what: 'damaged', changes: new Map([[key, text]]) }));
      const flow = define(all.start());
      const result = flow.start(undefined, { id }).then((started) => started.result());
      const error = await inTime(all, result).catch((reason) => reason);
      expect(error).toBeInstanceOf(CorruptRecordError);
      expect(error.key).toBe(key);
    }),
  );
});
