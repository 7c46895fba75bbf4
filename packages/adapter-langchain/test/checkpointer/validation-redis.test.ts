import type { Driver, Store } from '@reprise/core/store';
import { afterAll, beforeAll } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { describeWithRedis, empty, fresh, openRedis } from './redis.ts';
import { validates } from './validation.ts';

describeWithRedis('on Redis', () => {
  let redis: Store;
  const used: Driver[] = [];

  beforeAll(async () => {
    redis = await openRedis();
  });

  afterAll(async () => {
    for (const driver of used) await empty(driver);
    await redis.close();
  });

  validates({
    open() {
      const driver = fresh(redis);
      used.push(driver);
      return new KeyvSaver({ store: driver });
    },
  });
});
