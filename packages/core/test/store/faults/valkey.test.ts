import KeyvValkey from '@keyv/valkey';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import { installed, startRedis } from '../own-servers.ts';
import { REDIS_REFUSALS } from './redis-refusals.ts';
import { survives } from './survives.ts';

survives('Valkey', {
  service: installed.redis,
  start: startRedis,
  refusals: REDIS_REFUSALS,
  loss: ['flushall'],
  ways: {
    'by URI': (url) => url.replace('redis:', 'valkey:'),
    'behind Keyv 5': (url) => new Keyv5({ store: new KeyvValkey(url) }),
    'behind Keyv 6': (url) => new Keyv6({ store: new KeyvValkey(url) }),
  },
});
