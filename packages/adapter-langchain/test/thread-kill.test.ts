import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { openStore } from '@reprise/core/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith, postgres, redis } from '../../core/test/services.ts';
import { empty, fresh } from './parts.ts';

const SAVERS = ['ours', 'MemorySaver', ...(postgres.missing === undefined ? ['PostgresSaver'] : [])];
const KINDS = ['model graph', 'tools react', 'tools agent', 'approval react', 'approval agent'];
const CASES = SAVERS.flatMap((saver) =>
  ['sync', 'async', 'exit'].flatMap((durability) => KINDS.map((kind) => `${kind} ${saver} ${durability}`)),
);

let folder: string;
const parts: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-threads-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (postgres.missing !== undefined) return;
  const saver = PostgresSaver.fromConnString(postgres.url);
  const { pool } = saver as unknown as { pool: { query(text: string): Promise<unknown> } };
  for (const part of parts) await pool.query(`DROP SCHEMA IF EXISTS "reprise_${part}" CASCADE`);
  await saver.end();
});

/** Runs all cases in one process; gives what it printed, or the signal that ended it. */
function runCases(phase: 'stop' | 'go-on', store: string, part: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'stopped-threads.ts');
    const args = ['--conditions=@reprise/source', file, store, part, join(folder, part), postgres.url, phase, ...CASES];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve(signal ?? output));
  });
}

/** Each thread is stopped and killed in one process, and gone on with in the next, by what LangGraph has for it. */
function stories(store: () => string): string {
  const part = `threads_${randomBytes(4).toString('hex')}`;
  parts.push(part);
  let told: Record<string, string>;
  let lines: string[];

  beforeAll(async () => {
    expect(await runCases('stop', store(), part)).toBe('SIGKILL');
    told = JSON.parse(await runCases('go-on', store(), part)) as typeof told;
    lines = readFileSync(join(folder, part), 'utf8').split('\n');
  }, 60_000);

  const made = (name: string, what: string) => lines.filter((line) => line.startsWith(`${name}: ${what}`)).length;
  const of = (kind: string) => CASES.filter((name) => name.startsWith(kind));

  test.each(of('model'))('five model calls of a node, killed in the fourth, are six in total: %s', (name) => {
    expect([told[name], made(name, 'model')]).toEqual(['answer to question 5', 6]);
  });

  test.each(of('tools'))('three parallel tools, killed in the third, run four times in total: %s', (name) => {
    expect([told[name], made(name, 'tool'), made(name, 'model')]).toEqual(['All done, did 3.', 4, 2]);
  });

  test.each(of('approval'))('a side effect beside an approval is done once: %s', (name) => {
    expect([told[name], made(name, 'tool'), made(name, 'model')]).toEqual(['All done, said yes.', 1, 2]);
  });
  return part;
}

describe('on SQLite', () => {
  stories(() => `sqlite:${join(folder, 'journal.db')}`);
});

describeWith(redis, 'on Redis', () => {
  const part = stories(() => redis.url);

  afterAll(async () => {
    const store = await openStore(redis.url);
    await empty(fresh(store, part));
    await store.close();
  });
});
