import { describe, expect, test } from 'vitest';
import { CorruptRecordError } from '../../src/index.ts';
import { encryptingSeal, plainSeal, type Seal } from '../../src/journal/seal.ts';

const secret = 'correct horse battery staple';
const texts = ['', 'otter', '{"a":"ä\u{1F9A6}"}', 'line\nline', 'x'.repeat(200_000)];

function refusal(seal: Seal, key: string, stored: string): CorruptRecordError {
  try {
    seal.open(key, stored);
  } catch (error) {
    expect(error).toBeInstanceOf(CorruptRecordError);
    expect(error).toMatchObject({ key, code: 'REPRISE_CORRUPT_RECORD', message: expect.stringContaining(key) });
    return error as CorruptRecordError;
  }
  throw new Error('it was read');
}

for (const [name, seal] of Object.entries({ plain: plainSeal, encrypting: encryptingSeal(secret) })) {
  describe(`the ${name} seal`, () => {
    test('gives back every text', () => {
      for (const text of texts) expect(seal.open('k', seal.close('k', text))).toBe(text);
    });

    test('refuses a record with any one character changed', () => {
      const stored = seal.close('k', '{"amount":100}');
      for (let i = 0; i < stored.length; i++) {
        const other = stored[i] === 'A' ? 'B' : 'A';
        refusal(seal, 'k', stored.slice(0, i) + other + stored.slice(i + 1));
      }
    });

    test('refuses a record that was cut off anywhere', () => {
      const stored = seal.close('k', '{"amount":100}');
      for (let length = 0; length < stored.length; length++) refusal(seal, 'k', stored.slice(0, length));
    });

    test('refuses a record that was moved there from another key', () => {
      refusal(seal, 'k1', seal.close('k2', '{"amount":100}'));
    });

    test('refuses what Reprise did not write, and says to give it a store of its own', () => {
      for (const foreign of ['{"value":1}', 'otter', 'r', 'rx:', ' r1:']) {
        expect(refusal(seal, 'k', foreign).message).toMatch(/did not write.*store, or a database, of its own/);
      }
    });

    test('refuses a version that it does not know, and says which one it is', () => {
      expect(refusal(seal, 'k', 'r3:00000000text').message).toMatch(/format version 3.*or a later one/);
      expect(refusal(seal, 'k', 'r17x:AAAA').message).toMatch(/format version 17/);
    });
  });
}

test('what an earlier release stored, with a checksum of the text alone, is read and checked', () => {
  expect(plainSeal.open('k', 'r1:cc646f34otter')).toBe('otter');
  refusal(plainSeal, 'k', 'r1:cc646f34other');
});

test('what is stored plainly can be read by people', () => {
  expect(plainSeal.close('k', '{"topic":"otters"}')).toContain('{"topic":"otters"}');
});

test('what is encrypted shows nothing of the text, and looks different each time', () => {
  const seal = encryptingSeal(secret);
  const stored = seal.close('k', 'otter'.repeat(10));
  expect(stored).not.toContain('otter');
  expect(Buffer.from(stored.slice(4), 'base64').toString('latin1')).not.toContain('otter');
  expect(seal.close('k', 'otter'.repeat(10))).not.toBe(stored);
});

test('an encrypted record is bound to its key: it cannot be put in place of another', () => {
  const seal = encryptingSeal(secret);
  refusal(seal, 'reprise/m/b', seal.close('reprise/m/a', '{"approved":true}'));
});

test('another secret cannot open it, and the message says what is the matter', () => {
  const stored = encryptingSeal(secret).close('k', 'otter');
  const error = refusal(encryptingSeal('another long enough secret'), 'k', stored);
  expect(error.message).toMatch(/another encryption key/);
  expect(error.cause).toBeInstanceOf(Error);
});

test('without a secret, an encrypted record says how to give one', () => {
  const stored = encryptingSeal(secret).close('k', 'otter');
  expect(refusal(plainSeal, 'k', stored).message).toMatch(/is encrypted.*option encrypt, or REPRISE_ENCRYPTION_KEY/);
});

test('what was stored before encryption was switched on stays readable, and is still checked', () => {
  const seal = encryptingSeal(secret);
  const stored = plainSeal.close('k', 'otter');
  expect(seal.open('k', stored)).toBe('otter');
  refusal(seal, 'k', stored.replace('otter', 'other'));
});

test('a short secret is refused', () => {
  expect(() => encryptingSeal('short')).toThrow(/at least 16 characters/);
});
