import assert from 'node:assert/strict';
import type { Promises } from './place.ts';

export const CONDITIONAL_WRITES: Promises = {
  async 'put-if-absent stores where nothing is, if the driver has it'({ driver, key }) {
    if (driver.putIfAbsent === undefined) return;
    assert.equal(await driver.putIfAbsent(key('a'), '1'), true);
    assert.deepEqual(await driver.getMany([key('a')]), ['1']);
  },

  async 'put-if-absent leaves alone what is there, if the driver has it'({ driver, key }) {
    if (driver.putIfAbsent === undefined) return;
    await driver.set(key('a'), '1');
    assert.equal(await driver.putIfAbsent(key('a'), '2'), false);
    assert.equal(await driver.putIfAbsent(key('a'), '1'), false);
    assert.deepEqual(await driver.getMany([key('a')]), ['1']);
  },

  async 'put-if-absent stores again after a removal, if the driver has it'({ driver, key }) {
    if (driver.putIfAbsent === undefined) return;
    await driver.putIfAbsent(key('a'), '1');
    await driver.deleteMany([key('a')]);
    assert.equal(await driver.putIfAbsent(key('a'), '2'), true);
  },

  async 'of fifty attempts at the same moment over two connections, one stores, if the driver has put-if-absent'({
    driver,
    key,
    connect,
  }) {
    const other = await connect();
    for (let round = 0; round < 5; round++) {
      const attempts = Array.from({ length: 50 }, async (_, index) => {
        const stored = await (index % 2 === 0 ? driver : other).putIfAbsent?.(key(round), `attempt ${index}`);
        return { stored, value: `attempt ${index}` };
      });
      const outcomes = await Promise.all(attempts);
      if (driver.putIfAbsent === undefined) return;
      const winners = outcomes.filter(({ stored }) => stored);
      assert.equal(winners.length, 1);
      assert.deepEqual(await driver.getMany([key(round)]), [winners[0]?.value]);
    }
  },
};
