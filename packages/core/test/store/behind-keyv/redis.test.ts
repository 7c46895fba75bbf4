import { describe, expect, it } from 'vitest';
import { scanKeys } from '../../../src/store/behind-keyv/redis-keys.ts';
import { warningsOf } from '../../../src/store/behind-keyv/redis-warnings.ts';

describe('the keys of a Redis', () => {
  it('are each named once, over all pages, without what stands before them', async () => {
    const pages: Record<string, { cursor: string; keys: string[] }> = {
      '0': { cursor: '7', keys: ['app:a/1', 'app:a/2'] },
      '7': { cursor: '3', keys: [] },
      '3': { cursor: '0', keys: ['app:a/2', 'app:a/3'] },
    };
    const scan = async (cursor: string) => pages[cursor] as { cursor: string; keys: string[] };
    expect(await scanKeys(scan, 'app:', 'a/')).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('are asked for with a pattern that means only what the prefix says', async () => {
    const patterns: string[] = [];
    const scan = async (_: string, pattern: string) => {
      patterns.push(pattern);
      return { cursor: '0', keys: [] };
    };
    await scanKeys(scan, 'a*b?[c]\\:', 'x/');
    expect(patterns).toEqual(['a\\*b\\?\\[c\\]\\\\:x/*']);
  });
});

describe('the warnings about a Redis', () => {
  const info = (fields: Record<string, string>) =>
    Object.entries({ role: 'master', aof_enabled: '1', maxmemory: '0', maxmemory_policy: 'noeviction', ...fields })
      .map(([name, value]) => `${name}:${value}\r\n`)
      .join('');

  it.each<[string, Record<string, string>, RegExp[]]>([
    ['none where all is well', {}, []],
    ['one where the append-only file is off', { aof_enabled: '0' }, [/append-only file is off/]],
    [
      'one where records may be dropped',
      { maxmemory: '100', maxmemory_policy: 'allkeys-lru' },
      [/drops .* \(allkeys-lru\)/],
    ],
    ['none about a policy that has no limit to act on', { maxmemory_policy: 'allkeys-lru' }, []],
    ['one where it is a replica', { role: 'slave' }, [/is a replica/]],
  ])('are %s', (_, fields, expected) => {
    const warnings = warningsOf(info(fields));
    expect(warnings).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern);
  });
});
