// `npm run bench`: measures, and prints one table. `--check` says which targets were met; `--only <word>` runs the
// benchmarks that have the word in their name.
import { parseArgs } from 'node:util';
import type { Row } from './src/benchmark.ts';
import { conversation } from './src/benchmarks/conversation.ts';
import { firstToken } from './src/benchmarks/first-token.ts';
import { growth } from './src/benchmarks/growth.ts';
import { langgraphPostgres, langgraphSqlite } from './src/benchmarks/langgraph.ts';
import { manyAtOnce } from './src/benchmarks/many-at-once.ts';
import { memoryStore } from './src/benchmarks/memory-store.ts';
import { resumption } from './src/benchmarks/resume.ts';
import { rivalsPostgres, rivalsSqlite } from './src/benchmarks/rivals.ts';
import { sequentialPostgres } from './src/benchmarks/sequential-postgres.ts';
import { sequentialRedis } from './src/benchmarks/sequential-redis.ts';
import { sequentialSqlite } from './src/benchmarks/sequential-sqlite.ts';
import { space } from './src/benchmarks/space.ts';
import { tableOf } from './src/table.ts';

const BENCHMARKS = [
  sequentialSqlite,
  sequentialRedis,
  sequentialPostgres,
  manyAtOnce,
  memoryStore,
  growth,
  resumption,
  firstToken,
  conversation,
  space,
  langgraphSqlite,
  langgraphPostgres,
  rivalsSqlite,
  rivalsPostgres,
];

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});

const rows: Row[] = [];
const missing: string[] = [];
for (const { name, measure } of BENCHMARKS.filter((benchmark) => benchmark.name.includes(options.only))) {
  console.error(`${name} …`);
  const measured = await measure();
  if (typeof measured === 'string') missing.push(`Not measured: ${name} (${measured}).`);
  else rows.push(...measured);
}
console.log(tableOf(rows, options.check));
for (const reason of missing) console.log(reason);
