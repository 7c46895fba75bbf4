import assert from 'node:assert/strict';
import type { Promises } from './place.ts';

const ODD_VALUES = [
  ' ',
  '0',
  'null',
  'undefined',
  '"quoted"',
  '{"value":1,"expires":1}',
  ':begins with a colon',
  ':base64:AAAA',
  "it's; -- DROP TABLE reprise",
  '100% of $1 and ? and \\ and \\u0000',
  'two\nlines\r\n\tand a tab',
  'ünïcödé, 日本語, العربية, \u2028 and \u{1f9a6}',
  '\ufeffa byte order mark, \ufffd and \uffff',
  '\u0001\u007f control characters',
];

export const VALUES: Promises = {
  async 'a stored value comes back as it was'({ driver, key }) {
    for (const [index, value] of ODD_VALUES.entries()) {
      await driver.set(key(index), value);
      assert.deepEqual(await driver.getMany([key(index)]), [value]);
    }
  },

  async 'a value of a million characters comes back as it was'({ driver, key }) {
    const value = 'abcdefgh ü\n'.repeat(100_000);
    await driver.set(key('large'), value);
    const [stored] = await driver.getMany([key('large')]);
    assert.ok(stored === value);
  },

  async 'a key that was never written is undefined'({ driver, key }) {
    assert.deepEqual(await driver.getMany([key('never')]), [undefined]);
  },

  async 'values come in the order of the keys, with undefined between them'({ driver, key }) {
    await driver.set(key('a'), '1');
    await driver.set(key('b'), '2');
    assert.deepEqual(await driver.getMany([key('b'), key('no'), key('a')]), ['2', undefined, '1']);
  },

  async 'a key that is asked for twice is answered twice'({ driver, key }) {
    await driver.set(key('a'), '1');
    assert.deepEqual(await driver.getMany([key('a'), key('a'), key('no'), key('a')]), ['1', '1', undefined, '1']);
  },

  async 'no keys have no values'({ driver }) {
    assert.deepEqual(await driver.getMany([]), []);
  },

  async 'the last of two values replaces the first'({ driver, key }) {
    await driver.set(key('a'), 'first');
    await driver.set(key('a'), 'second');
    assert.deepEqual(await driver.getMany([key('a')]), ['second']);
  },

  async 'a thousand keys are read in one batch'({ driver, key }) {
    const keys = Array.from({ length: 1_000 }, (_, index) => key(index));
    await Promise.all(keys.map((each, index) => driver.set(each, `value ${index}`)));
    const values = await driver.getMany(keys);
    assert.deepEqual(
      values,
      keys.map((_, index) => `value ${index}`),
    );
  },

  async 'a removed key is gone, and the others stay'({ driver, key }) {
    await driver.set(key('a'), '1');
    await driver.set(key('b'), '2');
    await driver.deleteMany([key('a')]);
    assert.deepEqual(await driver.getMany([key('a'), key('b')]), [undefined, '2']);
  },

  async 'removing keys that are not there does nothing'({ driver, key }) {
    await driver.set(key('a'), '1');
    await driver.deleteMany([key('no'), key('neither')]);
    await driver.deleteMany([]);
    assert.deepEqual(await driver.getMany([key('a')]), ['1']);
  },

  async 'a key of two hundred characters is kept apart from one that is a character longer'({ driver, prefix, key }) {
    const long = key('k'.repeat(199 - prefix.length));
    const longer = key('k'.repeat(200 - prefix.length));
    await driver.set(long, '199');
    await driver.set(longer, '200');
    assert.deepEqual(await driver.getMany([long, longer]), ['199', '200']);
  },

  async 'another connection sees what was stored'({ driver, key, connect }) {
    await driver.set(key('a'), '1');
    const other = await connect();
    assert.deepEqual(await other.getMany([key('a')]), ['1']);
    await other.set(key('a'), '2');
    assert.deepEqual(await driver.getMany([key('a')]), ['2']);
  },
};
