import { UnstorableValueError } from '../errors/index.ts';
import { decode, encode } from '../journal/codec.ts';
import { canonicalDigest } from '../journal/digest.ts';
import type { Journal } from '../journal/journal.ts';
import type { Lists } from '../journal/lists.ts';
import type { Payload } from '../journal/records.ts';
import { errorText, summary } from './error-text.ts';
import { type Redact, type RedactInfo, redactValue } from './redact.ts';

/** What a value belongs to. */
type Whose = Pick<RedactInfo, 'kind' | 'name'>;

/** The values of an execution's records: redacted and encoded when they are stored, and read again. */
export class Payloads {
  readonly #journal: Journal;
  readonly #lists: Lists;
  readonly #redact: Redact | undefined;

  constructor(journal: Journal, lists: Lists, redact: Redact | undefined) {
    this.#journal = journal;
    this.#lists = lists;
    this.#redact = redact;
    lists.onNew = ({ id, from, length, tail }) => {
      journal.note({ head: from ? { t: 'list', id, from, length } : { t: 'list', id, length }, value: tail });
    };
  }

  /** A stored value; a promise of it where it does not stand in its record. */
  load(payload: Payload | undefined): unknown {
    if (payload === undefined) return undefined;
    if (typeof payload === 'string') return decode(payload, this.#lists);
    return this.#journal.text(payload).then((text) => decode(text, this.#lists));
  }

  /** What may be stored of a value. */
  redacted(value: unknown, info: RedactInfo): unknown {
    return this.#redact ? redactValue(this.#redact, value, info) : value;
  }

  /** A value as text to be stored, after redaction. */
  encode(value: unknown, what: string, info: RedactInfo): string {
    try {
      return encode(this.redacted(value, info), what, this.#lists);
    } catch (error) {
      throw error instanceof UnstorableValueError ? error.of(`${info.kind} '${info.name}'`) : error;
    }
  }

  /** An error as text to be stored, after redaction. */
  encodeError(error: unknown, whose: Whose): string {
    return errorText(this.#redactedError(error, whose));
  }

  /** What a list shows of an error, after redaction. */
  summary(error: unknown, whose: Whose): ReturnType<typeof summary> {
    return summary(this.#redactedError(error, whose));
  }

  /** What a stored text is recognised by. */
  digest(text: string): string {
    return canonicalDigest(text, this.#lists);
  }

  /** A stored text, with its long lists in place. */
  inFull(text: string): string {
    return encode(decode(text, this.#lists), 'input');
  }

  #redactedError(error: unknown, { kind, name }: Whose): unknown {
    return this.redacted(error, { part: 'error', kind, name });
  }
}
