import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { callStream } from '@reprise/core/adapter';
import type { Benchmark, Row } from '../benchmark.ts';
import { interleave } from '../interleave.ts';
import { inFolder } from '../place.ts';
import { openRawPostgres } from '../raw/postgres.ts';
import { service } from '../service.ts';
import { quotients, spreadOf } from '../spread.ts';

const STREAMS = 50;
const CHUNKS = 50;
const CHUNK_MS = 5;
const FLOW = 'reprise-bench-first-token';

/** When the first chunk of a model's stream is seen, with and without the recording; the model needs 5 ms for it. */
export const firstToken: Benchmark = {
  name: 'first token',
  measure: () =>
    inFolder(async (folder) => {
      const rows = await measureOn('SQLite', `sqlite:${join(folder, 'reprise.db')}`);
      const redis = await service('REDIS_URL', 'redis://127.0.0.1:6379');
      if (!redis.missing) rows.push(...(await measureOn('Redis', redis.url)));
      const postgres = await service('POSTGRES_URL', 'postgres://postgres:postgres@127.0.0.1:5432/postgres');
      if (postgres.missing) return rows;
      const { database, close } = await openRawPostgres(postgres.url);
      try {
        rows.push(...(await measureOn('PostgreSQL', database)));
      } finally {
        await close();
      }
      return rows;
    }),
};

async function measureOn(where: string, store: string): Promise<Row[]> {
  const reprise = new Reprise({ store });
  const flow = reprise.flow(FLOW, () =>
    average((index) => callStream({ kind: 'llm', name: 'model', input: { index }, run: () => modelStream() })),
  );
  const times = await interleave({ rounds: 7 }, { plain: () => average(() => modelStream()), durable: () => flow() });
  for (const { id } of await reprise.executions.list({ flow: FLOW })) await reprise.executions.delete(id);
  await reprise.close();
  return [
    {
      what: `the first chunk of a stream, ${where} (raw: not durable)`,
      unit: 'ms',
      reprise: spreadOf(times.durable),
      raw: spreadOf(times.plain),
      ratio: quotients(times.durable, times.plain),
    },
  ];
}

/** Milliseconds to the first chunk, of several streams that are read to their ends one after the other. */
async function average(open: (index: number) => AsyncIterable<string>): Promise<number> {
  let waited = 0;
  for (let index = 0; index < STREAMS; index++) {
    const start = performance.now();
    let isFirst = true;
    for await (const _ of open(index)) {
      if (isFirst) waited += performance.now() - start;
      isFirst = false;
    }
  }
  return waited / STREAMS;
}

async function* modelStream(): AsyncGenerator<string> {
  await new Promise((resolve) => setTimeout(resolve, CHUNK_MS));
  for (let index = 0; index < CHUNKS; index++) yield `chunk ${index} of a model's answer `;
}
