import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { CorruptRecordError } from '../../src/index.ts';
import { encode } from '../../src/journal/codec.ts';
import { Journal } from '../../src/journal/journal.ts';
import { Lists } from '../../src/journal/lists.ts';
import type { JournalRecord } from '../../src/journal/records.ts';
import { encryptingSeal, plainSeal, type Seal } from '../../src/journal/seal.ts';
import { JournalView } from '../../src/journal/view.ts';
import type { Driver } from '../../src/store/driver.ts';
import { guard } from '../../src/store/guarded.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { fakeWorld } from '../../src/testing/fake-world.ts';
import { fuzz } from './fuzz.ts';
import { portrait } from './portrait.ts';
import { isChange, type Stored, storedIn, storeWith, tamperingChoices } from './tampering.ts';
import { conversations, large, storable } from './values.ts';

/** What goes into a journal: each value is a record, and each row of values is written as one segment, or as a few. */
const rows: fc.Arbitrary<unknown[][]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.array(storable, { minLength: 1, maxLength: 3 }) },
    { weight: 2, arbitrary: conversations.map((all): unknown[] => all) },
    { weight: 1, arbitrary: large.map((value) => [value]) },
  ),
  { minLength: 1, maxLength: 6 },
);

interface Written {
  readonly stored: Stored;
  /** What each record is to be read as. */
  readonly told: readonly string[];
  /** How many records there were after each segment. */
  readonly after: readonly number[];
}

async function write(values: unknown[][], seal: Seal, execution = 'x'): Promise<Written> {
  const driver = memoryDriver();
  const world = fakeWorld();
  const store = await guard(driver, { world });
  const owner = { id: 'me', host: 'here', pid: 1 };
  const journal = new Journal({ store, seal, world, owner, patience: 0 }, execution, { epoch: 1, next: 0 });
  const told: string[] = [];
  const note = (record: JournalRecord, said: string) => {
    journal.note(record);
    told.push(`${JSON.stringify(record.head)} ${said}`);
  };
  const lists = new Lists();
  lists.onNew = ({ tail, ...list }) => note({ head: { t: 'list', ...list }, value: tail }, tail);
  const after: number[] = [];
  for (const row of values) {
    for (const value of row) {
      const text = encode(value, 'value', lists);
      note(
        { head: { t: 'log', at: told.length, scope: '', cause: '', n: 0 }, input: text, value: text },
        portrait([value, value]),
      );
    }
    await journal.flush();
    after.push(told.length);
  }
  return { stored: await storedIn(driver), told, after };
}

/** What is read of a journal, record by record, and where reading it ended with an error. */
async function read(driver: Driver, seal: Seal): Promise<{ told: string[]; error: unknown }> {
  const told: string[] = [];
  try {
    const view = await JournalView.open(await guard(driver), seal, 'x');
    for (const { head, input, value } of view.records) {
      const said =
        head.t === 'list' ? await view.text(value ?? '') : portrait([await view.load(input), await view.load(value)]);
      told.push(`${JSON.stringify(head)} ${said}`);
    }
    return { told, error: undefined };
  } catch (error) {
    return { told, error };
  }
}

const seals = { plain: plainSeal, encrypted: encryptingSeal('correct horse battery staple') };

for (const [name, seal] of Object.entries(seals)) {
  describe(`a journal, ${name},`, () => {
    const foreign = write([['one'], ['two'], ['three'], ['four'], ['five'], ['six']], seal, 'foreign');

    fuzz(
      'is read as it was written: long lists, large values and all',
      12,
      fc.asyncProperty(rows, async (values) => {
        const { stored, told } = await write(values, seal);
        for (const [key, text] of stored) {
          // What every store is asked to take, and no more.
          expect(key).toMatch(/^[a-z0-9/._~-]{1,200}$/);
          expect(text.isWellFormed() && text !== '' && !text.includes('\0')).toBe(true);
        }
        expect(await read(await storeWith(stored, { what: 'nothing', changes: new Map() }), seal)).toEqual({
          told,
          error: undefined,
        });
      }),
    );

    /**
     * Allowed, whatever was done: the records as they were, up to some point, and then an error of ours that names a
     * key with which something was done. No error is allowed in two cases only:
     *  - what was changed says what it said: the padding of base64, under encryption;
     *  - the last segments are gone, and no others: that cannot be seen here. The records of all others are read, and
     *    whoever knows the status finds out by its number of segments.
     */
    fuzz(
      'that somebody has tampered with is read as it was, or the key is named: nothing is read as something else',
      40,
      fc.asyncProperty(rows, tamperingChoices, async (values, choose) => {
        const { stored, told, after } = await write(values, seal);
        const tampering = choose(stored, (await foreign).stored);
        fc.pre(isChange(stored, tampering.changes));
        const found = await read(await storeWith(stored, tampering), seal);
        expect(found.told).toEqual(told.slice(0, found.told.length));
        if (found.error !== undefined) {
          expect(found.error).toBeInstanceOf(CorruptRecordError);
          const { key, message } = found.error as CorruptRecordError;
          expect([...tampering.changes.keys()]).toContain(key);
          expect(message).toContain(key);
          return;
        }
        const gone = [...tampering.changes].filter(([, text]) => text === undefined).map(([key]) => key);
        const segments = [...stored.keys()].filter((key) => key.startsWith('reprise/j/'));
        expect(gone).toEqual(gone.length === 0 ? [] : segments.slice(-gone.length));
        expect(found.told.length).toBe(after[segments.length - gone.length - 1] ?? 0);
      }),
    );
  });
}
