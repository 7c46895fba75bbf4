import { expect, it } from 'vitest';
import { maskError, maskPasswords } from '../../src/store/mask.ts';

it.each([
  ['redis://:secret@host:6379', 'redis://:***@host:6379'],
  ['redis://user:secret@host:6379/0', 'redis://user:***@host:6379/0'],
  ['rediss://user:p%40ss:word@host', 'rediss://user:***@host'],
  ['postgres://user@host/db', 'postgres://user@host/db'],
  ['postgres://host/db?password=secret&x=1', 'postgres://host/db?password=***&x=1'],
  ['from redis://a:secret@b to postgres://c:secret@d!', 'from redis://a:***@b to postgres://c:***@d!'],
  ['sqlite:/home/me@work/data.db', 'sqlite:/home/me@work/data.db'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED 127.0.0.1:6379'],
])('%s is shown as %s', (text, shown) => {
  expect(maskPasswords(text)).toBe(shown);
});

it('a password with an @ in it is hidden whole', () => {
  expect(maskPasswords('redis://user:sec@ret@host')).toBe('redis://user:***@host');
});

it('an error without a password stays the same object', () => {
  const error = new Error('nothing to hide');
  expect(maskError(error)).toBe(error);
});

it('an error with a password becomes a copy that keeps name and code', () => {
  const error = Object.assign(new TypeError('cannot reach redis://u:secret@h'), { code: 'ENOTFOUND' });
  expect(maskError(error)).toMatchObject({
    name: 'TypeError',
    code: 'ENOTFOUND',
    message: 'cannot reach redis://u:***@h',
  });
});
