import { join } from 'node:path';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { Reprise } from '@reprise/core';
import { durable, KeyvSaver } from '@reprise/langchain';
import type { Benchmark, Row } from '../benchmark.ts';
import { graphOf } from '../graph.ts';
import { type Contender, interleave, timed } from '../interleave.ts';
import { inFolder } from '../place.ts';
import { openRawPostgres } from '../raw/postgres.ts';
import { service } from '../service.ts';
import { quotients, spreadOf } from '../spread.ts';

const RUNS = 10;
const SHAPES = [
  { what: '10 nodes of a model call each', nodes: 10, calls: 1 },
  { what: 'a node of 10 model calls', nodes: 1, calls: 10 },
];

/** A graph made durable, beside the same graph with LangGraph's own checkpointer, which knows no calls. */
export const langgraphSqlite: Benchmark = {
  name: 'LangGraph on SQLite',
  measure: () =>
    inFolder(async (folder) => {
      const saver = SqliteSaver.fromConnString(join(folder, 'langgraph.db'));
      // It leaves what was committed to the system's next flush; Reprise does not.
      const { db } = saver as unknown as { readonly db: { pragma(text: string): void; close(): void } };
      db.pragma('synchronous = FULL');
      const rows = await measureAll('SQLite', `sqlite:${join(folder, 'reprise.db')}`, saver);
      db.close();
      return rows;
    }),
};

export const langgraphPostgres: Benchmark = {
  name: 'LangGraph on PostgreSQL',
  async measure() {
    const { url, missing } = await service('POSTGRES_URL', 'postgres://postgres:postgres@127.0.0.1:5432/postgres');
    if (missing) return missing;
    const { database, close } = await openRawPostgres(url);
    const saver = PostgresSaver.fromConnString(database);
    await saver.setup();
    const rows = await measureAll('PostgreSQL', database, saver);
    await saver.end();
    await close();
    return rows;
  },
};

async function measureAll(where: string, store: string, saver: BaseCheckpointSaver): Promise<Row[]> {
  const reprise = new Reprise({ store });
  const keyv = new KeyvSaver({ store });
  const rows: Row[] = [];
  for (const { what, nodes, calls } of SHAPES) {
    const plain = graphOf(nodes, calls, saver);
    const alone = durable(graphOf(nodes, calls), { name: `${what}, alone`, reprise });
    const onThread = durable(graphOf(nodes, calls, keyv), { name: `${what}, on a thread`, reprise });
    const thread = () => ({ configurable: { thread_id: crypto.randomUUID() } });
    const times = await interleave(
      { rounds: 9, warmUp: 2 },
      {
        plain: several(() => plain.invoke({ said: '' }, { ...thread(), durability: 'sync' })),
        alone: several(() => alone.invoke({ said: '' })),
        onThread: several(() => onThread.invoke({ said: '' }, thread())),
      },
    );
    const row = (how: string, rounds: readonly number[]) => ({
      what: `a graph, ${what}, ${where}${how}`,
      unit: 'ms',
      reprise: each(rounds),
      raw: each(times.plain),
      ratio: quotients(rounds, times.plain),
    });
    rows.push(row('', times.alone), row(', on a thread with KeyvSaver', times.onThread));
  }
  await reprise.close();
  return rows;
}

function several(run: () => Promise<unknown>): Contender {
  return () =>
    timed(async () => {
      for (let index = 0; index < RUNS; index++) await run();
    });
}

function each(rounds: readonly number[]) {
  return spreadOf(rounds.map((milliseconds) => milliseconds / RUNS));
}
