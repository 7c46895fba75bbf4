import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { StoreError, StoreOpenError } from '../../src/errors/store.ts';
import { openStore } from '../../src/store/open.ts';
import { CommitQueue } from '../../src/store/sqlite/commit-queue.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
let files = 0;
const freshFile = () => join(folder, 'new', `${++files}`, 'reprise.db');

const APPEND = new URL('processes/append.ts', import.meta.url);
const OPEN_TOGETHER = new URL('processes/open-together.ts', import.meta.url);

describe('a SQLite file', () => {
  it('is created together with its folder', async () => {
    const file = freshFile();
    const store = await openStore(`sqlite:${file}`);
    await store.set('a', '1');
    await store.close();
    const again = await openStore(`sqlite://${file}`);
    expect(await again.get('a')).toBe('1');
    await again.close();
  });

  it('waits for the disk at each commit and lets others read meanwhile', async () => {
    const file = freshFile();
    const store = await openStore(`sqlite:${file}`);
    await store.set('a', '1');
    const database = new DatabaseSync(file);
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    database.exec('BEGIN IMMEDIATE');
    expect(await store.get('a')).toBe('1');
    database.close();
    await store.close();
  });

  it('that is something else is refused with what to do', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear reader, this is not a database. '.repeat(100));
    const opening = openStore(`sqlite:${file}`);
    await expect(opening).rejects.toThrow(StoreOpenError);
    await expect(opening).rejects.toThrow('is not a SQLite database; choose another file');
  });

  it('that is a folder is refused', async () => {
    await expect(openStore(`sqlite:${folder}`)).rejects.toThrow('cannot be opened; it must be a file');
  });

  it('in a place where no folder can be made is refused', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(openStore(`sqlite:${join(folder, 'file', 'deeper', 'reprise.db')}`)).rejects.toThrow(StoreOpenError);
  });

  it('that another connection keeps locked gives an error, and later works again', async () => {
    const file = freshFile();
    const store = await openStore(`sqlite:${file}`);
    const database = new DatabaseSync(file);
    database.exec('BEGIN IMMEDIATE');
    const writing = store.set('a', '1');
    await expect(writing).rejects.toThrow(StoreError);
    await expect(writing).rejects.toThrow('another process keeps');
    database.exec('ROLLBACK');
    await store.set('a', '2');
    expect(await store.get('a')).toBe('2');
    database.close();
    await store.close();
  });

  it('keeps what was still being written when it is closed', async () => {
    const file = freshFile();
    const store = await openStore(`sqlite:${file}`);
    const writing = [store.set('a', '1'), store.set('b', '2')];
    await store.close();
    await Promise.all(writing);
    const again = await openStore(`sqlite:${file}`);
    expect(await again.getMany(['a', 'b'])).toEqual(['1', '2']);
    await again.close();
  });
});

describe('several processes on a new SQLite file', () => {
  it('fill each free place once', async () => {
    const uri = `sqlite:${freshFile()}`;
    const filled: string[] = [];
    const workers = ['ann', 'bob', 'cid', 'dot'].map((name) => fork(APPEND, [uri, name, '300']));
    for (const worker of workers) worker.on('message', (key) => filled.push(key as string));
    const exits = await Promise.all(workers.map((worker) => once(worker, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0, 0, 0]);
    expect(new Set(filled).size).toBe(300);
    expect(filled).toHaveLength(300);
  });

  it('find all that was acknowledged when one of them was killed', async () => {
    const uri = `sqlite:${freshFile()}`;
    const filled: string[] = [];
    const worker = fork(APPEND, [uri, 'ann', '1000000']);
    worker.on('message', (key) => {
      filled.push(key as string);
      if (filled.length === 200) worker.kill('SIGKILL');
    });
    await once(worker, 'exit');
    const store = await openStore(uri);
    const values = await store.getMany(filled);
    expect(values.filter((value) => value !== 'ann '.repeat(200))).toEqual([]);
    await store.close();
  });
});

it('a new SQLite file can be opened by several at the same moment', async () => {
  const threads = 4;
  const files = Array.from({ length: 40 }, freshFile);
  const arrivals = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from(
    { length: threads },
    () => new Worker(OPEN_TOGETHER, { workerData: { files, arrivals, threads } }),
  );
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')));
  expect(messages.flat()).toEqual(['done', 'done', 'done', 'done']);
});

describe('a commit', () => {
  /** A queue over a database that writes down the statements of transactions, and fails on demand. */
  function queue() {
    const database = new DatabaseSync(join(folder, `queue-${++files}.db`));
    database.exec('CREATE TABLE t (key TEXT PRIMARY KEY NOT NULL)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const log: string[] = [];
    const failures = new Map<string, Error>();
    const recording = {
      prepare(sql: string) {
        const statement = database.prepare(sql);
        return {
          run() {
            log.push(sql);
            const failure = failures.get(sql);
            if (failure !== undefined) throw failure;
            return statement.run();
          },
        };
      },
    };
    const commits = new CommitQueue(recording as unknown as DatabaseSync);
    const add = (key: string | null) => commits.add(() => Number(insert.run(key).changes));
    const keys = () =>
      database
        .prepare('SELECT key FROM t ORDER BY key')
        .all()
        .map((row) => row.key);
    return { add, keys, log, failures };
  }

  it('is shared by all writes of one turn of the event loop', async () => {
    const { add, keys, log } = queue();
    const late = Promise.resolve().then(() => add('c'));
    await Promise.all([add('a'), add('b'), late]);
    expect(log).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(keys()).toEqual(['a', 'b', 'c']);
  });

  it('of a lone write needs no transaction', async () => {
    const { add, keys, log } = queue();
    await add('a');
    await add('b');
    expect(log).toEqual([]);
    expect(keys()).toEqual(['a', 'b']);
  });

  it('with a write that fails holds for its neighbours', async () => {
    const { add, keys } = queue();
    const outcomes = await Promise.allSettled([add('a'), add(null), add('b')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(keys()).toEqual(['a', 'b']);
  });

  it('that fails acknowledges only what was then written alone', async () => {
    const { add, keys, log, failures } = queue();
    failures.set('COMMIT', new Error('disk I/O error'));
    await expect(Promise.all([add('a'), add('b')])).resolves.toEqual([1, 1]);
    expect(log).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']);
    expect(keys()).toEqual(['a', 'b']);
  });

  it.each(['BEGIN IMMEDIATE', 'COMMIT'])('that meets a lock at %s acknowledges nothing', async (statement) => {
    const { add, keys, failures } = queue();
    failures.set(statement, Object.assign(new Error('database is locked'), { errcode: 5 }));
    const outcomes = await Promise.allSettled([add('a'), add('b')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(keys()).toEqual([]);
  });
});
