import { join } from 'node:path';
import { BackendPostgres } from 'openworkflow/postgres';
import { BackendSqlite } from 'openworkflow/sqlite';
import type { Benchmark, Row } from '../benchmark.ts';
import { interleave } from '../interleave.ts';
import { inFolder } from '../place.ts';
import { openRawPostgres } from '../raw/postgres.ts';
import { dbos } from '../rivals/dbos.ts';
import { openWorkflow } from '../rivals/open-workflow.ts';
import { repriseAsRival } from '../rivals/reprise.ts';
import type { Rival } from '../rivals/rival.ts';
import { service } from '../service.ts';
import { quotients, spreadOf } from '../spread.ts';

const CALLS = 100;
const EXECUTIONS = 100;
const CALLS_EACH = 20;
const RESUMED = 900;

/** The same small flow in other engines; on SQLite only OpenWorkflow has a backend. */
export const rivalsSqlite: Benchmark = {
  name: 'OpenWorkflow on SQLite',
  measure: () =>
    inFolder(async (folder) => {
      const reprise = repriseAsRival(`sqlite:${join(folder, 'reprise.db')}`);
      const rival = openWorkflow(BackendSqlite.connect(join(folder, 'openworkflow.db')));
      return compareAll('SQLite', reprise, [rival]);
    }),
};

export const rivalsPostgres: Benchmark = {
  name: 'OpenWorkflow and DBOS on PostgreSQL',
  async measure() {
    const { url, missing } = await service('POSTGRES_URL', 'postgres://postgres:postgres@127.0.0.1:5432/postgres');
    if (missing) return missing;
    const { database, close } = await openRawPostgres(url);
    try {
      const rivals = [openWorkflow(await BackendPostgres.connect(database)), await dbos(database)];
      return await compareAll('PostgreSQL', repriseAsRival(database), rivals);
    } finally {
      await close();
    }
  },
};

const MEASURED: readonly { what: string; rounds: number; of(rival: Rival): Promise<number> }[] = [
  { what: `a flow's ${CALLS} calls of 2 KB`, rounds: 7, of: (rival) => rival.sequential(CALLS) },
  {
    what: `${EXECUTIONS} executions of ${CALLS_EACH} calls at once`,
    rounds: 3,
    of: (rival) => rival.together(EXECUTIONS, CALLS_EACH),
  },
  { what: `resuming ${RESUMED} finished calls`, rounds: 3, of: (rival) => rival.resume(RESUMED) },
];

async function compareAll(where: string, reprise: Rival, rivals: readonly Rival[]): Promise<Row[]> {
  const all = [reprise, ...rivals];
  const rows: Row[] = [];
  for (const { what, rounds, of } of MEASURED) {
    const times = await interleave({ rounds }, Object.fromEntries(all.map((rival) => [rival.name, () => of(rival)])));
    const ours = times.Reprise ?? [];
    for (const { name } of rivals) {
      const theirs = times[name] ?? [];
      rows.push({
        what: `${what}, ${where} (raw: ${name})`,
        unit: 'ms',
        reprise: spreadOf(ours),
        raw: spreadOf(theirs),
        ratio: quotients(ours, theirs),
      });
    }
  }
  for (const rival of all) await rival.close();
  return rows;
}
