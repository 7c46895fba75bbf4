import type { Journal } from '../journal/journal.ts';
import { persist } from '../journal/persist.ts';
import type { Environment } from './environment.ts';
import { type Head, writeHead } from './head.ts';

/**
 * Keeps an execution's head up to date: one write at a time, and of several that wait only the last. Anybody can
 * overwrite a head, so before each write it is made sure that the execution has not been taken over.
 */
export class Keeper {
  #head: Head;
  readonly #environment: Environment;
  #writing: Promise<void> | undefined;
  #dirty = false;
  #stopped = false;
  readonly #journal: Journal;

  constructor(environment: Environment, head: Head, journal: Journal) {
    this.#environment = environment;
    this.#head = head;
    this.#journal = journal;
  }

  get head(): Head {
    return this.#head;
  }

  /** Resolves once the head, or a later one, is stored. */
  update(patch: Partial<Head>): Promise<void> {
    this.#head = { ...this.#head, ...patch, updatedAt: this.#environment.world.now() };
    this.#dirty = true;
    this.#writing ??= this.#write();
    return this.#writing;
  }

  /** Renews the lease when a third of it has gone by. A store that fails here fails the journal soon enough. */
  renew(): void {
    const { world, lease } = this.#environment;
    if (this.#stopped || this.#head.lease === undefined || this.#writing) return;
    if (this.#head.lease - world.now() > (lease * 2) / 3) return;
    this.update({ lease: world.now() + lease }).catch(() => {});
  }

  /** Another process owns the execution: its head is not ours to write any more. */
  stop(): void {
    this.#stopped = true;
  }

  async #write(): Promise<void> {
    try {
      while (this.#dirty && !this.#stopped) await persist(this.#environment, () => this.#writeOnce());
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeOnce(): Promise<void> {
    if (this.#stopped) return;
    await this.#journal.confirm(this.#environment.lease / 10);
    this.#dirty = false;
    await writeHead(this.#environment.store, this.#environment.seal, this.#head);
  }
}
