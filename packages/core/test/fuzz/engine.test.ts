import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { CorruptRecordError, checkpoint, type EngineOptions, type ExecutionRecord, wait } from '../../src/index.ts';
import { encode } from '../../src/journal/codec.ts';
import { keys } from '../../src/journal/keys.ts';
import type { Driver } from '../../src/store/driver.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { oldFlows } from '../fixtures/flows.ts';
import { fileOf, type OldJournal } from '../fixtures/make.ts';
import { inTime, never, type Process, processes, settled, waiting } from '../processes.ts';
import { fuzz } from './fuzz.ts';
import { portrait } from './portrait.ts';
import { isChange, type Stored, storedIn, storeWith, type Tampering, tamperingChoices } from './tampering.ts';
import { conversations, errors, large, storable } from './values.ts';

const ways: Record<string, Omit<EngineOptions, 'store' | 'world'>> = {
  'as it is': {},
  encrypted: { encrypt: 'correct horse battery staple' },
  // A hook that finds nothing to hide: all that it is handed, and hands back, is as it was.
  'through a redact hook': { redact: (value) => value },
  'encrypted, through a redact hook': { encrypt: 'correct horse battery staple', redact: (value) => value },
};

const values = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: storable },
    { weight: 1, arbitrary: conversations },
    { weight: 1, arbitrary: large },
  ),
  { minLength: 1, maxLength: 5 },
);

describe('a flow that is resumed is served what its calls had come to, of whatever kind:', () => {
  for (const [name, options] of Object.entries(ways)) {
    fuzz(
      name,
      5,
      fc.asyncProperty(values, errors, async (given, error) => {
        const all = processes();
        const made: unknown[] = [];
        const seen: string[][] = [];
        const define = ({ reprise }: Process, hang: boolean) => {
          const give = checkpoint('give', async (i: number, _value: unknown) => {
            made.push(i);
            return given[i];
          });
          const fail = checkpoint('fail', async () => {
            throw error;
          });
          return reprise.flow('f', async (input: unknown) => {
            const portraits = [portrait(input)];
            seen.push(portraits);
            for (const [i, value] of given.entries()) portraits.push(portrait(await give(i, value)));
            await fail().catch((reason) => portraits.push(portrait(reason)));
            await give(0, 'last');
            return hang ? never() : given;
          });
        };
        const first = all.start(options);
        await define(first, true).start(given[0], { id: 'x' });
        await settled();
        first.kill();
        const { reprise, ...second } = all.start(options);
        const result = await (await define({ reprise, ...second }, false).start(given[0], { id: 'x' })).result();
        const expected = [given[0], ...given, error].map(portrait);
        expect(seen).toEqual([expected, expected]);
        expect(made).toEqual([...given.keys(), 0]);
        expect(portrait(result)).toBe(portrait(given));

        await settled();
        const { journal, input, ...record } = await all.start(options).reprise.executions.get('x');
        expect([input, record.result].map(portrait)).toEqual([given[0], given].map(portrait));
        const outcomes = journal.map((call) => portrait(call.status === 'failed' ? call.error : call.output));
        expect(outcomes).toEqual([...given, error, given[0]].map(portrait));
      }),
    );
  }
});

const ID = 'old';

/** The journals that are kept, as they stand in a store. */
const kept = Object.keys(oldFlows).map(async (name) => {
  const { execution, result }: OldJournal = JSON.parse(readFileSync(fileOf(name), 'utf8'));
  const all = processes();
  await all.start().reprise.executions.import(execution);
  const driver = await storeWith(await storedIn(all.driver), { what: 'nothing', changes: new Map() });
  return { name, result, stored: await storedIn(all.driver), shown: shownOf(await get(driver)) };
});

/** What parts are taken from for others: an execution with an answer, a large value, and as many segments as most. */
const foreign = (async (): Promise<Stored> => {
  const all = processes();
  const process = all.start();
  const step = checkpoint('step', async (n: number) => (n === 0 ? 'x'.repeat(70_000) : n));
  const flow = process.reprise.flow('f', async () => {
    for (let n = 0; n < 20; n++) await step(n);
    return wait('approve');
  });
  await waiting((await flow.start(undefined, { id: 'foreign' })).result());
  await process.reprise.waits.answer('foreign', 'approve', 'yes');
  return storedIn(all.driver);
})();

async function get(driver: Driver): Promise<ExecutionRecord> {
  return processes(driver).start().reprise.executions.get(ID);
}

/** What a journal is shown as: the execution, and each of its calls by itself. */
function shownOf({ journal, logs, result, ...rest }: ExecutionRecord) {
  return { calls: journal.map(portrait), logs: portrait(logs), result: portrait(result), rest: portrait(rest) };
}

/** Goes on with a kept execution; tells how that ended, and which bodies ran. */
async function goOn(name: string, driver: Driver): Promise<{ outcome: string; error: unknown; made: string[] }> {
  const all = processes(driver);
  const { reprise } = all.start();
  const made: string[] = [];
  const flow = oldFlows[name] as (typeof oldFlows)[string];
  const defined = flow.define({ reprise, made, isBefore: false, attempt: 99, pass: all.pass, die: never });
  const result = defined.start(flow.input as never, { id: ID }).then((started) => started.result());
  const ended = inTime(all, result).then(
    (value) => ({ outcome: encode(value, 'result'), error: undefined as unknown }),
    (error) => ({ outcome: String(error.code), error }),
  );
  return { ...(await ended), made };
}

function namesAKey(error: unknown, { changes }: Tampering): void {
  expect(error).toBeInstanceOf(CorruptRecordError);
  const { key, message } = error as CorruptRecordError;
  expect([...changes.keys()]).toContain(key);
  expect(message).toContain(key);
}

describe('an execution that somebody has tampered with', () => {
  const which = fc.nat(kept.length - 1);

  async function tampered(at: number, choose: (stored: Stored, other: Stored) => Tampering) {
    const one = await (kept[at] as (typeof kept)[number]);
    const tampering = choose(one.stored, await foreign);
    fc.pre(isChange(one.stored, tampering.changes));
    return { ...one, tampering, driver: await storeWith(one.stored, tampering) };
  }

  /**
   * Allowed: the result that it had, with no body run again, or an error of ours that names a key with which something
   * was done, with no body run either. The journal is the truth, so a status that is gone is no harm, and what was
   * answered stands in the journal. What is lost at the end of the journal is told by the status. Lost together with
   * a status that tells of it, it would be made again: that cannot be seen, and is not tried here.
   */
  fuzz(
    'goes on to the same result, or names the key, and runs nothing again',
    100,
    fc.asyncProperty(which, tamperingChoices, async (at, choose) => {
      const { name, result, tampering, driver } = await tampered(at, choose);
      const { outcome, error, made } = await goOn(name, driver);
      expect(made).toEqual([]);
      if (outcome !== result) namesAKey(error, tampering);
    }),
  );

  /** Allowed: the result that it had. Whatever an old status says, the journal is the truth. */
  fuzz(
    'goes on to the same result with any of the statuses that it has had before',
    6,
    fc.asyncProperty(fc.array(storable, { minLength: 1, maxLength: 3 }), async (given) => {
      const driver = memoryDriver();
      const heads: string[] = [];
      const { set } = driver;
      driver.set = (key, value) => {
        if (key === keys.head('x')) heads.push(value);
        return set(key, value);
      };
      const made: number[] = [];
      const give = checkpoint('give', async (i: number) => made.push(i) && given[i]);
      const define = ({ reprise }: Process, fails: boolean) =>
        reprise.flow('f', async () => {
          const all: unknown[] = [];
          for (const i of given.keys()) all.push(await give(i));
          all.push(await wait('approve'));
          if (fails) throw new Error('stop');
          return all;
        });
      const first = processes(driver).start();
      await waiting((await define(first, true).start(undefined, { id: 'x' })).result());
      await first.reprise.waits.answer('x', 'approve', 'yes');
      await (await first.reprise.executions.resume('x')).result().catch(() => {});
      await settled();
      made.length = 0;
      const stored = await storedIn(driver);
      expect(heads.length).toBeGreaterThan(3);
      for (const head of heads) {
        const changes = new Map([[keys.head('x'), head]]);
        const all = processes(await storeWith(stored, { what: 'put back', changes }));
        // Of a status that says so, the process is at work; time tells that it is not.
        await all.pass(60_000);
        const result = define(all.start(), false)
          .start(undefined, { id: 'x' })
          .then((started) => started.result());
        expect(portrait(await inTime(all, result))).toBe(portrait([...given, 'yes']));
        expect(made).toEqual([]);
      }
    }),
  );

  /** Allowed: all as it was, or an error of ours that names the key. Of a status that is gone, that there is none. */
  fuzz(
    'is shown as it was, or the key is named',
    100,
    fc.asyncProperty(which, tamperingChoices, async (at, choose) => {
      const { tampering, shown, driver } = await tampered(at, choose);
      const isGone = tampering.changes.has(keys.head(ID)) && tampering.changes.get(keys.head(ID)) === undefined;
      try {
        expect(shownOf(await get(driver))).toEqual(shown);
      } catch (error) {
        if (isGone) expect(error).toMatchObject({ code: 'REPRISE_NOT_FOUND' });
        else if (error instanceof CorruptRecordError) namesAKey(error, tampering);
        else throw error;
      }
    }),
  );
});
