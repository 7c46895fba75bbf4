import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { parseHead } from '../../src/execution/head.ts';
import { parseAnswer, parseCancel } from '../../src/execution/mailbox.ts';
import { CorruptRecordError, UnstorableValueError } from '../../src/index.ts';
import { encode } from '../../src/journal/codec.ts';
import { keys } from '../../src/journal/keys.ts';
import { Lists } from '../../src/journal/lists.ts';
import type { JournalRecord } from '../../src/journal/records.ts';
import { encryptingSeal, plainSeal } from '../../src/journal/seal.ts';
import { readSegment, writeSegment } from '../../src/journal/segment.ts';
import { decodeStored } from '../../src/journal/stored-value.ts';
import { damages, markedText } from './damage.ts';
import { fuzz } from './fuzz.ts';
import { portrait } from './portrait.ts';
import { large, storable, texts } from './values.ts';

const KEY = keys.segment('x', 0);
const globals = () => [Object.prototype, Array.prototype, Error.prototype, Map.prototype].flatMap(Reflect.ownKeys);
const before = globals();

/** What `read` makes of a text: a value, or the error of ours that names the key. Nothing else may come of it. */
function outcome<T>(read: () => T, key = KEY): { value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    expect(error).toBeInstanceOf(CorruptRecordError);
    expect(error).toMatchObject({ key, message: expect.stringContaining(key) });
    return undefined;
  } finally {
    expect(globals()).toEqual(before);
  }
}

const levels = fc.oneof(fc.integer({ min: 1, max: 1_100 }), fc.constant(20_000));
const anyText = fc.oneof(
  { weight: 30, arbitrary: texts },
  { weight: 30, arbitrary: fc.json() },
  { weight: 30, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: levels.map((depth) => '['.repeat(depth) + ']'.repeat(depth)) },
  { weight: 1, arbitrary: levels.map((depth) => '{"$":"set","v":['.repeat(depth) + ']}'.repeat(depth)) },
);

describe('of a text that may be anything, a value is read or the key is named:', () => {
  /** What is read as a value is one: stored again, it is read as the same. */
  function isStable(text: string): void {
    const lists = new Lists();
    const read = outcome(() => decodeStored(KEY, text, lists));
    if (!read) return;
    try {
      expect(portrait(decodeStored(KEY, encode(read.value, 'value')))).toBe(portrait(read.value));
    } catch (error) {
      // Deeper than what is written.
      if (!UnstorableValueError.isInstance(error)) throw error;
    }
  }

  fuzz('any text', 300, fc.property(anyText, isStable));
  fuzz('JSON with our marks, and anything in them', 600, fc.property(markedText, isStable));
  fuzz(
    'the text of a value, damaged',
    200,
    fc.property(storable, fc.array(damages, { minLength: 1, maxLength: 3 }), (value, all) => {
      isStable(all.reduce((text, damage) => damage(text), encode(value, 'value')));
    }),
  );
});

const record: fc.Arbitrary<JournalRecord> = fc.record(
  {
    head: fc.record({ t: fc.constant('log' as const), at: fc.nat(), scope: texts, cause: texts, n: fc.nat() }),
    input: storable.map((value) => encode(value, 'input')),
    value: fc.oneof(
      storable.map((value) => encode(value, 'value')),
      texts.map((blob) => ({ blob, size: 70_000 })),
    ),
  },
  { requiredKeys: ['head'] },
);
const segment = fc.record({
  head: fc.record({ v: fc.constant(1 as const), epoch: fc.nat(), owner: texts }),
  records: fc.array(record, { maxLength: 5 }),
});

describe('a segment', () => {
  fuzz(
    'is read as it was written',
    60,
    fc.property(segment, (written) => {
      expect(readSegment(KEY, writeSegment(written.head, written.records))).toEqual(written);
    }),
  );
  fuzz('of any text is read, or its key is named', 300, fc.property(fc.oneof(anyText, markedText), isRead));
  fuzz(
    'that was damaged is read, or its key is named',
    150,
    fc.property(segment, damages, ({ head, records }, damage) => isRead(damage(writeSegment(head, records)))),
  );

  function isRead(text: string): void {
    const read = outcome(() => readSegment(KEY, text));
    for (const { input, value } of read?.value.records ?? []) {
      for (const payload of [input, value]) {
        if (typeof payload === 'string') outcome(() => decodeStored(KEY, payload, new Lists()));
      }
    }
  }
});

const head = {
  v: 1,
  id: 'x',
  flow: 'f',
  status: 'waiting',
  createdAt: 1,
  updatedAt: 2,
  segments: 3,
  waits: [{ execution: 'x', name: 'approve', sleep: false, at: 1, attempt: 1 }],
  calls: { made: 1, served: 0 },
  launch: { command: ['node', 'agent.ts'], directory: '/' },
};
const answer = { v: 1, rejected: false, value: '"yes"', by: 'ada', at: 5 };

describe('a status, an answer or a request to cancel', () => {
  fuzz(
    'of any text is read whole, or its key is named',
    500,
    fc.property(fc.oneof(anyText, markedText, fc.constantFrom('{"v":1}', '{"v":2}', 'null')), (text) => {
      readAll(text);
    }),
  );
  fuzz(
    'that was damaged is read whole, or its key is named',
    400,
    fc.property(fc.constantFrom(head, answer, { v: 1, reason: 'why', at: 5 }), damages, (letter, damage) => {
      readAll(damage(JSON.stringify(letter)));
    }),
  );

  function readAll(text: string): void {
    const found = outcome(() => parseHead(keys.head('x'), text), keys.head('x'))?.value;
    if (found) {
      expect(found.id).toBe('x');
      // What a listing does with it.
      expect(() =>
        found.waits.map(({ execution, name, attempt }) => keys.answer(execution, name, attempt)),
      ).not.toThrow();
      expect([typeof found.flow, typeof found.createdAt, typeof found.calls.made]).toEqual([
        'string',
        'number',
        'number',
      ]);
    }
    const key = keys.answer('x', 'approve', 1);
    const letter = outcome(() => parseAnswer(key, text), key)?.value;
    if (letter) outcome(() => decodeStored(key, letter.value), key);
    outcome(() => parseCancel(keys.cancel('x'), text), keys.cancel('x'));
  }
});

const seals = { plain: plainSeal, encrypting: encryptingSeal('correct horse battery staple') };

for (const [name, seal] of Object.entries(seals)) {
  describe(`the ${name} seal`, () => {
    const sealable = fc.oneof(
      { weight: 9, arbitrary: storable.map((value) => encode(value, 'value')) },
      { weight: 1, arbitrary: large.map((value) => encode(value, 'value')) },
    );

    fuzz(
      'gives back what it was given',
      40,
      fc.property(sealable, (text) => {
        expect(seal.open(KEY, seal.close(KEY, text))).toBe(text);
      }),
    );
    fuzz(
      'names the key of what was damaged, and gives no other text',
      250,
      fc.property(sealable, damages, (text, damage) => {
        // Base64 may have characters added that mean nothing: the text is then the same.
        const read = outcome(() => seal.open(KEY, damage(seal.close(KEY, text))));
        if (read) expect(read.value).toBe(text);
      }),
    );
    fuzz(
      'names the key of any text that it did not write',
      300,
      fc.property(fc.constantFrom('', 'r1:', 'r2:', 'r1x:', 'r3:', 'r2x:'), anyText, (mark, text) => {
        expect(outcome(() => seal.open(KEY, mark + text))).toBeUndefined();
      }),
    );
    fuzz(
      'does not give what was written under another key',
      60,
      fc.property(sealable, fc.nat(1_000_000), (text, index) => {
        expect(outcome(() => seal.open(KEY, seal.close(keys.segment('x', index + 1), text)))).toBeUndefined();
      }),
    );
  });
}
