import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isBusy } from './explain.ts';

/** One statement that changes the database, and who waits for it. */
interface Write {
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * All writes of one turn of the event loop share one commit, and so one wait for the disk.
 * Nobody is told "done" before the commit is.
 */
export class CommitQueue {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #explain: (error: unknown) => unknown;
  readonly #flush = (): void => this.flush();
  #waiting: Write[] = [];

  /** `explain` makes what is told to those who wait out of an error of SQLite. */
  constructor(database: DatabaseSync, explain: (error: unknown) => unknown = (error) => error) {
    // IMMEDIATE waits for other processes here, where nothing has been done yet.
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
    this.#explain = explain;
  }

  /** Queues the run of a single statement; resolves with its value. */
  add<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(this.#flush);
    });
  }

  flush(): void {
    const writes = this.#waiting;
    this.#waiting = [];
    if (writes.length > 1) this.#commitTogether(writes);
    else if (writes[0]) this.#commitAlone(writes[0]);
  }

  #commitTogether(writes: readonly Write[]): void {
    let values: unknown[];
    try {
      this.#begin.run();
    } catch (error) {
      for (const write of writes) write.reject(this.#explain(error));
      return;
    }
    try {
      values = writes.map((write) => write.run());
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      if (isBusy(error)) for (const write of writes) write.reject(this.#explain(error));
      // One of them is at fault, or too much for the disk: the others must not suffer for it.
      else for (const write of writes) this.#commitAlone(write);
      return;
    }
    writes.forEach((write, index) => {
      write.resolve(values[index]);
    });
  }

  #rollBack(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has already rolled back by itself, as it does when the disk is full.
    }
  }

  // Outside of BEGIN a statement commits by itself.
  #commitAlone(write: Write): void {
    try {
      write.resolve(write.run());
    } catch (error) {
      write.reject(this.#explain(error));
    }
  }
}
