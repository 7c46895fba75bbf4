import type { Refusal } from './survives.ts';

const WRITES = ['set', 'putIfAbsent', 'deleteMany'];

/** What a Redis or Valkey server may refuse, or lose. */
export const REDIS_REFUSALS: Record<string, Refusal> = {
  'the server has become a replica': {
    commands: [['replicaof', '127.0.0.1', '1']],
    failing: WRITES,
    remedy: [['replicaof', 'no', 'one']],
  },
  'the memory of the server is full': {
    commands: [['config', 'set', 'maxmemory', '1']],
    // A removal needs no memory.
    failing: ['set', 'putIfAbsent'],
    remedy: [['config', 'set', 'maxmemory', '0']],
  },
};
