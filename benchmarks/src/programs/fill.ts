// Makes so many calls of 2 KB in a new process and prints its memory in MB: `fill.ts reprise|raw <file> <calls>`.
import { Reprise } from '@reprise/core';
import { loopOf } from '../loop.ts';
import { TEXT_2KB } from '../payload.ts';
import { openRawSqlite } from '../raw/sqlite.ts';

const [who, file = '', calls] = process.argv.slice(2);
const close = who === 'raw' ? byHand() : await withReprise();
console.log(process.memoryUsage().rss / 1_024 ** 2);
await close();

async function withReprise() {
  const reprise = new Reprise({ store: `sqlite:${file}` });
  await loopOf(reprise, 'flow', TEXT_2KB)(Number(calls));
  return () => reprise.close();
}

function byHand() {
  const raw = openRawSqlite(file);
  for (let index = 0; index < Number(calls); index++) raw.put(JSON.stringify(TEXT_2KB));
  return () => raw.close();
}
