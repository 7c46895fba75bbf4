import KeyvRedis from '@keyv/redis';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import KeyvRedis6 from 'redis6';
import { installed, startRedis } from '../own-servers.ts';
import { REDIS_REFUSALS } from './redis-refusals.ts';
import { survives } from './survives.ts';

survives('Redis', {
  service: installed.redis,
  start: startRedis,
  refusals: REDIS_REFUSALS,
  loss: ['flushall'],
  ways: {
    'by URI': (url) => url,
    'behind Keyv 5': (url) => new Keyv5({ store: new KeyvRedis(url) }),
    'behind Keyv 6': (url) => new Keyv6({ store: new KeyvRedis6(url) }),
    'behind Keyv 6 and the adapter of 5': (url) => new Keyv6({ store: new KeyvRedis(url) }),
  },
});
