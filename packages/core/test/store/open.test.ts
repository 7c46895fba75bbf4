import { join } from 'node:path';
import { Keyv as Keyv6 } from 'keyv6';
import { describe, expect, it } from 'vitest';
import { StoreOpenError } from '../../src/errors/store.ts';
import { importPeers } from '../../src/store/uri/peer.ts';
import { memoryDriver, openStore, SqliteStore, type StoreSource } from '../../src/store.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();

describe('a store', () => {
  it('is opened by its URI, whatever the case of the scheme', async () => {
    const store = await openStore(`SQLite:${join(folder, 'uri.db')}`);
    await store.set('a', '1');
    expect(await store.get('a')).toBe('1');
    expect(store.capabilities).toEqual({ atomic: true, ordered: true, listable: true });
    expect(await store.warnings()).toEqual([]);
    await store.close();
  });

  it('can be a Keyv', async () => {
    const store = await openStore(new Keyv6({ store: new SqliteStore(join(folder, 'keyv.db')) }));
    await store.set('a', '1');
    expect(await store.get('a')).toBe('1');
    expect(store.name).toBe(`sqlite:${join(folder, 'keyv.db')}`);
    await store.close();
  });

  it('can be a driver', async () => {
    const driver = memoryDriver();
    const store = await openStore(driver);
    await store.set('a', '1');
    expect(await driver.getMany(['a'])).toEqual(['1']);
  });

  it('in memory says that it keeps nothing, and is nobody else’s', async () => {
    const store = await openStore('memory:');
    await store.set('a', '1');
    expect(await store.warnings()).toEqual(['The store is in memory: nothing survives the end of this process.']);
    expect(await (await openStore('memory:')).get('a')).toBeUndefined();
  });
});

describe('what is no store', () => {
  it.each<[string, unknown, string]>([
    ['an unknown scheme', 'mysql://localhost/x', 'names no store. Begin with one of sqlite:, redis:,'],
    ['a path', 'data.db', '"data.db" names no store'],
    ['an empty text', '', 'names no store'],
    ['SQLite without a file', 'sqlite:', 'names no file. Write sqlite:<file>'],
    ['SQLite in memory', 'sqlite::memory:', 'memory: for a store that is not kept'],
    ['a Keyv adapter', new Map(), 'wrap it, new Keyv({ store })'],
    ['a number', 6379, 'given as a URI, a Keyv or a Driver.'],
    ['null', null, 'given as a URI, a Keyv or a Driver.'],
  ])('%s is refused with what is accepted', async (_, source, message) => {
    const opening = openStore(source as StoreSource);
    await expect(opening).rejects.toThrow(StoreOpenError);
    await expect(opening).rejects.toThrow(message);
  });

  it('is refused by the compiler', () => {
    // @ts-expect-error a port is no store
    const byPort = () => openStore(6379);
    // @ts-expect-error a Keyv adapter is not a Keyv
    const byAdapter = () => openStore(new Map<string, string>());
    expect([byPort, byAdapter]).toHaveLength(2);
  });

  it('does not show its password', async () => {
    await expect(openStore('mysql://user:secret@localhost/x')).rejects.toThrow('"mysql://user:***@localhost/x"');
  });
});

describe('a package that is missing', () => {
  it('is named in the command that installs it', async () => {
    const packages = ['keyv@5', '@keyv/redis'];
    const missing = Object.assign(new Error("Cannot find package 'keyv'"), { code: 'ERR_MODULE_NOT_FOUND' });
    const loading = importPeers(packages, () => Promise.reject(missing));
    await expect(loading).rejects.toThrow(StoreOpenError);
    await expect(loading).rejects.toThrow('Run: npm install keyv@5 @keyv/redis');
  });

  it('is not blamed for another error in it', async () => {
    const loading = importPeers(['keyv'], () => Promise.reject(new SyntaxError('Unexpected token')));
    await expect(loading).rejects.toThrow(SyntaxError);
  });
});
