import { randomBytes } from 'node:crypto';
import { Content } from './content.ts';
import { headKey, THREADS, type ThreadKeys, threadKeys } from './keys.ts';
import { Recent } from './recent.ts';
import type { Records } from './records.ts';
import { Row } from './row.ts';
import type { TaskWrite } from './stored.ts';

/** The one record through which a thread is found. */
interface Head {
  readonly v: 1;
  readonly thread: string;
  readonly birth: string;
  /** Being deleted: not there any more, though its parts may be. */
  readonly dying?: true;
}

/** A thread that is in the store. */
export interface Thread {
  readonly id: string;
  readonly records: Records;
  readonly keys: ThreadKeys;
  readonly content: Content;
  /** The namespaces that hold checkpoints. */
  readonly namespaces: Row<string>;
  /** The ids of the checkpoints in a namespace. */
  checkpoints(namespace: string): Row<string>;
  /** What tasks have written upon a checkpoint. */
  writes(namespace: string, checkpoint: string): Row<TaskWrite[]>;
}

const higher = (a: string, b: string) => (a > b ? a : b);

/** The threads of a store. */
export class Threads {
  readonly #records: Records;
  readonly #bury: (thread: Thread) => Promise<void>;
  readonly #seen = new Recent<string, Thread>(100);

  /** @param bury removes everything of a thread but its head */
  constructor(records: Records, bury: (thread: Thread) => Promise<void>) {
    this.#records = records;
    this.#bury = bury;
  }

  /** The thread, if it is there. Asks the store each time: another process may have deleted it. */
  async find(id: string): Promise<Thread | undefined> {
    const head = await this.#head(id);
    return head === undefined || head.dying ? undefined : this.#thread(head);
  }

  async findOrBegin(id: string): Promise<Thread> {
    for (;;) {
      const head = await this.#head(id);
      if (head?.dying) await this.#end(head);
      else if (head !== undefined) return this.#thread(head);
      const fresh: Head = { v: 1, thread: id, birth: randomBytes(12).toString('hex') };
      if (await this.#records.putIfAbsent(headKey(id), JSON.stringify(fresh))) return this.#thread(fresh);
    }
  }

  /** The thread is gone from the first write on; a deletion that is cut off is finished by the next. */
  async delete(id: string): Promise<void> {
    const head = await this.#head(id);
    if (head === undefined) return;
    if (!head.dying) await this.#records.set(headKey(id), JSON.stringify({ ...head, dying: true } satisfies Head));
    await this.#end(head);
  }

  async *all(): AsyncGenerator<Thread> {
    for await (const text of this.#records.scan(THREADS)) {
      const head = JSON.parse(text) as Head;
      if (!head.dying) yield this.#thread(head);
    }
  }

  async #head(id: string): Promise<Head | undefined> {
    const text = await this.#records.get(headKey(id));
    return text === undefined ? undefined : (JSON.parse(text) as Head);
  }

  async #end(head: Head): Promise<void> {
    await this.#bury(this.#thread(head));
    await this.#records.deleteMany([headKey(head.thread)]);
  }

  #thread({ thread, birth }: Head): Thread {
    return this.#seen.get(birth, () => openThread(this.#records, thread, threadKeys(birth)));
  }
}

function openThread(records: Records, id: string, keys: ThreadKeys): Thread {
  const checkpoints = new Recent<string, Row<string>>(500);
  const writes = new Recent<string, Row<TaskWrite[]>>(500);
  return {
    id,
    records,
    keys,
    content: new Content(records, keys),
    namespaces: new Row(records, keys.namespaces),
    checkpoints(namespace) {
      const prefix = keys.checkpoints(namespace);
      return checkpoints.get(prefix, () => new Row(records, prefix, higher));
    },
    writes(namespace, checkpoint) {
      const prefix = keys.writes(namespace, checkpoint);
      return writes.get(prefix, () => new Row(records, prefix));
    },
  };
}
