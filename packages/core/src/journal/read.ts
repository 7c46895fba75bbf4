import { CorruptRecordError } from '../errors/index.ts';
import type { Store } from '../store/store.ts';
import { keys } from './keys.ts';
import type { JournalRecord } from './records.ts';
import type { Seal } from './seal.ts';
import { readSegment } from './segment.ts';

/** A journal as it stands in the store. */
export interface JournalContents {
  readonly records: JournalRecord[];
  /** How many segments there are; the next one goes here. */
  readonly segments: number;
  /** The epoch of the last owner; 0 where there is none. */
  readonly epoch: number;
}

const PAGE = 512;

/** The stored segments from an index on, up to the first hole. */
async function readTexts(store: Store, execution: string, from: number): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const start = from + texts.length;
    const { page, beyond } = store.capabilities.ordered
      ? await scanPage(store, execution, start)
      : await getPage(store, execution, start);
    const hole = page.indexOf(undefined);
    if (hole === -1 && page.length === PAGE) {
      texts.push(...(page as string[]));
      continue;
    }
    const end = hole === -1 ? page.length : hole;
    texts.push(...(page.slice(0, end) as string[]));
    // A segment is written only once the one before it is known to be stored: a later one proves a loss,
    // unless it was written between two reads of ours.
    const later = page.findIndex((text, i) => i > end && text !== undefined);
    const proof = later === -1 ? beyond : start + later;
    if (proof === undefined) return texts;
    const missing = keys.segment(execution, from + texts.length);
    if ((await store.get(missing)) === undefined) {
      throw new CorruptRecordError(
        missing,
        `The journal of execution ${execution} has lost the segment ${missing}: segment ${proof} is there. ` +
          'Restore the store from a backup; going on would repeat calls that were paid for.',
      );
    }
  }
}

/** The texts from a segment on, with `undefined` where none is, and the number of one that comes after a hole of a page. */
interface Page {
  readonly page: (string | undefined)[];
  readonly beyond?: number;
}

async function getPage(store: Store, execution: string, start: number): Promise<Page> {
  return { page: await store.getMany(Array.from({ length: PAGE }, (_, i) => keys.segment(execution, start + i))) };
}

async function scanPage(store: Store, execution: string, start: number): Promise<Page> {
  const prefix = keys.segments(execution);
  const after = start === 0 ? undefined : keys.segment(execution, start - 1);
  const entries = await store.scan(prefix, after === undefined ? { limit: PAGE } : { after, limit: PAGE });
  const page: (string | undefined)[] = [];
  for (const { key, value } of entries) {
    const index = Number(key.slice(prefix.length)) - start;
    if (key !== keys.segment(execution, start + index))
      throw new CorruptRecordError(key, `${key} is no segment of a journal. Restore the store from a backup.`);
    if (index >= PAGE) return { page, beyond: start + index };
    while (page.length < index) page.push(undefined);
    if (page.length === index) page.push(value);
  }
  return { page };
}

/** Reads a journal from a segment on. An execution that does not exist has no segments. */
export async function readJournal(store: Store, seal: Seal, execution: string, from = 0): Promise<JournalContents> {
  const texts = await readTexts(store, execution, from);
  const records: JournalRecord[] = [];
  let epoch = 0;
  for (const [i, text] of texts.entries()) {
    const key = keys.segment(execution, from + i);
    const segment = readSegment(key, seal.open(key, text));
    epoch = Math.max(epoch, segment.head.epoch);
    for (const record of segment.records) records.push(record);
  }
  return { records, segments: from + texts.length, epoch };
}
