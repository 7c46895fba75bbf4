import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWith, postgres, redis } from '../../../core/test/services.ts';
import { KeyvSaver } from '../../src/index.ts';
import { collected, named } from './checkpoints.ts';
import { words } from './talk.ts';

interface Heard {
  readonly put: string[];
  readonly written: string[];
}

/** Runs a writer to its end, or until it has said so many lines; gives what it has said. */
function write(store: string, thread: string, name: string, { times = 1_000, killAfter = Number.POSITIVE_INFINITY }) {
  return new Promise<Heard>((resolve, reject) => {
    const args = [
      '--conditions=@reprise/source',
      join(import.meta.dirname, 'writer.ts'),
      store,
      thread,
      name,
      `${times}`,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const heard: Heard = { put: [], written: [] };
    let lines = 0;
    createInterface(child.stdout).on('line', (line) => {
      const [what, id] = line.split(' ') as ['put' | 'written', string];
      heard[what].push(id);
      if (++lines === killAfter) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 || (signal === 'SIGKILL' && lines >= killAfter)) resolve(heard);
      else reject(new Error(`the writer ended with ${signal ?? code}`));
    });
  });
}

/** Reads everything there is, and makes sure that it is whole. */
async function readWhole(store: string, thread: string): Promise<Heard> {
  const saver = new KeyvSaver({ store });
  const tuples = await collected(saver.list(named(thread)));
  await saver.close();
  const found: Heard = { put: [], written: [] };
  for (const { checkpoint, pendingWrites = [] } of tuples) {
    const { said, length } = checkpoint.channel_values as { said: string[]; length: number };
    expect(said).toHaveLength(length);
    for (const text of said) expect(text).toHaveLength(500);
    for (const [task, , text] of pendingWrites) expect(text).toBe(words(`${task} upon ${checkpoint.id}`));
    found.put.push(checkpoint.id);
    if (pendingWrites.length === 3) found.written.push(checkpoint.id);
  }
  return found;
}

function stories(storeOf: () => string): void {
  let store: string;
  let thread: string;

  beforeEach(() => {
    store = storeOf();
    thread = `t-${randomUUID()}`;
  });

  afterEach(async () => {
    const saver = new KeyvSaver({ store });
    await saver.deleteThread(thread);
    await saver.close();
  });

  test('a process that is killed while it writes leaves the thread whole, and another goes on with it', async () => {
    const said: Heard = { put: [], written: [] };
    for (const [kills, killAfter] of [1, 14, 31].entries()) {
      const heard = await write(store, thread, `killed after ${killAfter}`, { killAfter });
      said.put.push(...heard.put);
      said.written.push(...heard.written);
      const found = await readWhole(store, thread);
      expect(found.put).toEqual(expect.arrayContaining(said.put));
      expect(found.written).toEqual(expect.arrayContaining(said.written));
      // At each kill, one may have been written without being acknowledged any more.
      expect(found.put.length - said.put.length).toBeLessThanOrEqual(kills + 1);
    }
  });

  test('two processes on one thread lose nothing of one another', async () => {
    const heard = await Promise.all(['one', 'other'].map((name) => write(store, thread, name, { times: 25 })));
    const found = await readWhole(store, thread);
    expect(found.put.sort()).toEqual(heard.flatMap(({ put }) => put).sort());
    expect(found.written.sort()).toEqual(heard.flatMap(({ written }) => written).sort());
    expect(found.written).toHaveLength(50);
  });
}

describe('on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-saver-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  stories(() => `sqlite:${join(folder, 'threads.db')}`);
});

describeWith(redis, 'on Redis', () => stories(() => redis.url));

describeWith(postgres, 'on Postgres', () => stories(() => postgres.url));
