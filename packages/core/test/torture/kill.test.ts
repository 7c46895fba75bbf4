import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Reprise } from '../../src/index.ts';
import { describeWith, postgres, redis } from '../services.ts';
import { freshDatabase } from '../store/fresh-database.ts';
import { temporaryFolder } from '../store/temporary.ts';
import {
  countRepeated,
  readTrace,
  recordedCalls,
  repeatedAlthoughRecorded,
  resultOfJournal,
  wrongOutcomes,
} from './checks.ts';
import { runUntil, someMoment } from './victim.ts';

const KILLS = Number(process.env.REPRISE_TORTURE_KILLS ?? 40);
/** So many times one execution is killed at most; then it may end. */
const KILLS_EACH = 20;
const LIMIT = 60_000 + KILLS * 3_000;

const folder = temporaryFolder();

function survivesKills(store: () => string): void {
  it(`an execution that is killed again and again (${KILLS} kills) loses, repeats and swaps nothing`, {
    timeout: LIMIT,
  }, async () => {
    const reprise = new Reprise({ store: store() });
    const total = { kills: 0, executions: 0, repeated: 0 };
    const moments: Record<string, number> = {};
    while (total.kills < KILLS) {
      const round = total.executions++;
      const id = `torture-${randomUUID()}`;
      const file = join(folder, id);
      let killed = true;
      for (let kills = 0; killed; ) {
        const recorded = await recordedCalls(reprise, id);
        const before = existsSync(file) ? readTrace(file).length : 0;
        const moment = kills < KILLS_EACH && total.kills + kills < KILLS + KILLS_EACH ? someMoment() : undefined;
        const run = await runUntil(moment, 'child.ts', [store(), id, `${round}`, file]);
        expect(run.stderr).toBe('');
        const trace = existsSync(file) ? readTrace(file, before) : [];
        expect(repeatedAlthoughRecorded(trace, recorded)).toEqual([]);
        killed = run.killed;
        if (!killed) break;
        kills++;
        total.kills++;
        moments[moment?.when ?? ''] = (moments[moment?.when ?? ''] ?? 0) + 1;
      }
      const trace = readTrace(file);
      expect(wrongOutcomes(trace)).toEqual([]);
      total.repeated += countRepeated(trace);
      const { status, result } = await reprise.executions.get(id);
      expect(status).toBe('completed');
      const again = await resultOfJournal(reprise, id, round);
      expect(again).toEqual({ result, made: [], wrong: [] });
      await reprise.executions.delete(id);
    }
    await reprise.close();
    console.info(
      `${total.kills} kills in ${total.executions} executions; ${total.repeated} bodies in flight repeated`,
      moments,
    );
  });
}

describe.concurrent('real processes under SIGKILL', async () => {
  const database = postgres.missing === undefined ? await freshDatabase(postgres.url) : '';
  describe('on SQLite', () => survivesKills(() => `sqlite:${join(folder, 'torture.db')}`));
  describeWith(redis, 'on Redis', () => survivesKills(() => redis.url));
  describeWith(postgres, 'on PostgreSQL', () => survivesKills(() => database));
});
