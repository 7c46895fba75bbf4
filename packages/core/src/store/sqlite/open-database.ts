import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from '../../errors/store.ts';
import { explain, isBusy } from './explain.ts';

const BUSY_TIMEOUT = 5_000;

// 8 KiB pages measured best for records of 2 KB; a file that exists keeps its own. FULL makes each
// commit wait for the disk, which in WAL mode is one fdatasync.
const SETTINGS = `PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA page_size = 8192; PRAGMA synchronous = FULL;`;
const SCHEMA = 'CREATE TABLE IF NOT EXISTS reprise (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)';

/** Opens the file, or creates it with its folder, so that each commit survives a loss of power. */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  // Loaded with the first file: who keeps nothing in one gets none of it, nor the warning of some releases of Node.
  const sqlite = process.getBuiltinModule('node:sqlite');
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new sqlite.DatabaseSync(file);
    database.exec(SETTINGS);
    switchToWriteAheadLog(database);
    database.exec(SCHEMA);
    return database;
  } catch (cause) {
    database?.close();
    throw new StoreOpenError(`The SQLite store cannot be opened: ${explain(cause, file)}.`, { cause });
  }
}

// SQLite does not wait for its busy timeout here when two processes convert a new file at once.
function switchToWriteAheadLog(database: DatabaseSync): void {
  for (let waited = 0; ; waited += 10) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || waited >= BUSY_TIMEOUT) throw error;
      pause(10);
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
