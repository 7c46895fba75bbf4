import { StoreError } from '../errors/index.ts';
import type { Journal } from '../journal/journal.ts';
import { keys } from '../journal/keys.ts';
import type { Environment } from './environment.ts';
import type { Keeper } from './keeper.ts';
import type { Lifetime } from './lifetime.ts';

/** What somebody else has to say to an execution: each letter is written once, under a key of its own. */
export interface AnswerLetter {
  readonly v: 1;
  readonly rejected: boolean;
  /** The encoded value; of a rejection, the reason. */
  readonly value: string;
  readonly by?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface CancelLetter {
  readonly v: 1;
  readonly reason?: string;
  readonly by?: string;
  readonly at: number;
}

/** Somebody who waits for a letter. */
export interface Recipient {
  /** The key of the letter that counts next. */
  key(): string;
  /** Called with the letter, or with nothing when none has come. */
  receive(letter: AnswerLetter | undefined): Promise<void>;
}

/** Whose letters are looked for. */
interface Addressee {
  readonly id: string;
  readonly environment: Environment;
  readonly journal: Journal;
  readonly keeper: Keeper;
  readonly lifetime: Lifetime;
}

/** Looks for letters while an execution runs. */
export class Mailbox {
  readonly #execution: Addressee;
  readonly #recipients = new Set<Recipient>();
  #timer: unknown;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(execution: Addressee) {
    this.#execution = execution;
  }

  start(): void {
    const { world, poll } = this.#execution.environment;
    this.#timer = world.setTimer(
      () => {
        if (this.#stopped) return;
        // Who was taken over finds that out here, and must not renew then.
        void this.look().then(() => this.#execution.keeper.renew());
        this.start();
      },
      poll,
      { unref: true },
    );
  }

  stop(): void {
    this.#stopped = true;
    this.#execution.environment.world.clearTimer(this.#timer);
  }

  /** Adds somebody who waits, and looks for a letter at once. */
  add(recipient: Recipient): void {
    this.#recipients.add(recipient);
    void this.look();
  }

  remove(recipient: Recipient): void {
    this.#recipients.delete(recipient);
  }

  /** Looks now. A look that is under way is followed by another one. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#run();
    return this.#looking;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await this.#read();
      }
    } catch (error) {
      // A store that is away for good stops the journal; a look can be repeated.
      if (!StoreError.isInstance(error)) this.#execution.lifetime.halt(error as Error);
    } finally {
      this.#looking = undefined;
    }
  }

  async #read(): Promise<void> {
    const { environment, id, journal, lifetime } = this.#execution;
    const recipients = [...this.#recipients];
    const { place } = journal;
    const wanted = [place, keys.cancel(id), ...recipients.map((recipient) => recipient.key())];
    const [next, cancel, ...letters] = await environment.store.getMany(wanted);
    if (next !== undefined) journal.yieldTo(place, next);
    if (lifetime.stopReason) return;
    if (cancel !== undefined) {
      const { reason } = JSON.parse(environment.seal.open(keys.cancel(id), cancel)) as CancelLetter;
      lifetime.cancel(reason);
      return;
    }
    for (const [i, recipient] of recipients.entries()) {
      const text = letters[i];
      const letter = text === undefined ? undefined : environment.seal.open(wanted[i + 2] as string, text);
      await recipient.receive(letter === undefined ? undefined : (JSON.parse(letter) as AnswerLetter));
    }
  }
}
