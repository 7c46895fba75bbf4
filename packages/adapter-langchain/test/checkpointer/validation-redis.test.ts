import { type Driver, openStore, type Store } from '@reprise/core/store';
import { afterAll, beforeAll } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { empty, fresh } from '../parts.ts';
import { describeWith, redis as service } from '../services.ts';
import { validates } from './validation.ts';

describeWith(service, 'on Redis', () => {
  let redis: Store;
  const used: Driver[] = [];

  beforeAll(async () => {
    redis = await openStore(service.url);
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
