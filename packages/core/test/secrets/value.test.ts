import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { maskError, maskSettings } from '../../src/secrets/value.ts';

const CANARY = 'canary-7f3a9c51d2e8';

test('an error without secrets stays the same object', () => {
  const error = Object.assign(new Error('nothing to hide', { cause: new Error('nor here') }), {
    status: 401,
    headers: { 'x-request-id': 'req-1', 'x-ratelimit-remaining-tokens': '9' },
  });
  expect(maskError(error)).toBe(error);
});

test('an error with a secret becomes a copy of the same class that keeps its name, code and stack', () => {
  const error = Object.assign(new TypeError(`cannot reach redis://u:${CANARY}@h`), { code: 'ENOTFOUND' });
  const masked = maskError(error);
  expect(masked).toBeInstanceOf(TypeError);
  expect(masked).toMatchObject({ name: 'TypeError', code: 'ENOTFOUND', message: 'cannot reach redis://u:***@h' });
  expect(masked.stack).toMatch(/redis:\/\/u:\*\*\*@h\n\s+at /);
  expect(error.message).toContain(CANARY);
});

test.each<[string, () => unknown]>([
  ['its stack', () => Object.assign(new Error('x'), { stack: `at redis://u:${CANARY}@h` })],
  ['its cause', () => new Error('x', { cause: new Error(`redis://u:${CANARY}@h`) })],
  ['the cause of its cause', () => new Error('x', { cause: new Error('y', { cause: `redis://u:${CANARY}@h` }) })],
  ['an error in it', () => new AggregateError([new Error(`redis://u:${CANARY}@h`)], 'x')],
  [
    'the input of a bad address',
    () => Object.assign(new TypeError('Invalid URL'), { input: `redis://u:${CANARY}/@h` }),
  ],
  ['the headers of a request', () => Object.assign(new Error('x'), { config: { headers: { Authorization: CANARY } } })],
  ['an organization', () => Object.assign(new Error('x'), { headers: { 'OpenAI-Organization': CANARY } })],
  ['cookies of an answer', () => Object.assign(new Error('x'), { responseHeaders: { 'set-cookie': `id=${CANARY}` } })],
  ['headers in pairs', () => Object.assign(new Error('x'), { headers: [['x-api-key', CANARY]] })],
  [
    'headers in a row',
    () => Object.assign(new Error('x'), { rawHeaders: ['Date', 'today', 'Cookie', `id=${CANARY}`] }),
  ],
  ['headers in a map', () => Object.assign(new Error('x'), { headers: new Map([['cookie', CANARY]]) })],
  ['a set', () => Object.assign(new Error('x'), { tried: new Set([`redis://u:${CANARY}@h`]) })],
  ['an error of another realm', () => runInNewContext(`new TypeError('redis://u:${CANARY}@h')`)],
  [
    'an object of another realm',
    () => Object.assign(new Error('x'), runInNewContext(`({ req: { apiKey: '${CANARY}' } })`)),
  ],
  ['who signs in', () => Object.assign(new Error('x'), { auth: { username: 'u', password: CANARY } })],
  ['several keys', () => Object.assign(new Error('x'), { options: { apiKeys: [], apiKey: [CANARY] } })],
  ['a token', () => Object.assign(new Error('x'), { token: CANARY })],
  ['bytes', () => Object.assign(new Error('x'), { privateKey: Buffer.from(CANARY) })],
  ['an address', () => Object.assign(new Error('x'), { url: new URL(`https://h/?key=${CANARY}`) })],
  ['the body of a request as text', () => Object.assign(new Error('x'), { data: `{"password":"${CANARY}"}` })],
  ['what is no error', () => ({ headers: { authorization: CANARY } })],
  ['a text', () => `Bearer ${CANARY}`],
])('a secret is not shown in %s', (_, make) => {
  const masked = inspect(maskError(make()), { depth: 20, showHidden: true });
  expect(masked).not.toContain(CANARY);
  expect(masked).not.toContain(inspect(Buffer.from(CANARY)));
  expect(masked).toContain('***');
});

test('what is said in an error beside its secrets is kept', () => {
  const error = Object.assign(new Error('x'), {
    logprobs: [{ token: 'otters', logprob: -1 }],
    key: 'reprise/h/otters-of-the-river',
    headers: { 'retry-after': '3', authorization: CANARY },
    usage: { total_tokens: 9 },
  });
  expect(maskError(error)).toMatchObject({
    logprobs: [{ token: 'otters', logprob: -1 }],
    key: 'reprise/h/otters-of-the-river',
    headers: { 'retry-after': '3', authorization: '***' },
    usage: { total_tokens: 9 },
  });
});

test('an error that holds itself can be masked', () => {
  const error = new Error(`redis://u:${CANARY}@h`);
  error.cause = error;
  expect(maskError(error).message).toBe('redis://u:***@h');
});

test('what a service is asked for is kept, but for the keys in it', () => {
  const tool = { type: 'mcp', server_url: 'https://h/', headers: { 'X-Anything': CANARY }, authorization: CANARY };
  const schema = {
    type: 'object',
    properties: { password: { type: 'string', description: 'any' }, headers: { type: 'array' } },
  };
  const asked = { tools: [tool, { type: 'function', parameters: schema }], note: `Bearer ${CANARY}` };
  expect(maskSettings(asked)).toEqual({
    tools: [
      { ...tool, headers: { 'X-Anything': '***' }, authorization: '***' },
      { type: 'function', parameters: schema },
    ],
    note: `Bearer ${CANARY}`,
  });
  const harmless = { tools: [{ type: 'function', parameters: schema }], max_tokens: 9 };
  expect(maskSettings(harmless)).toBe(harmless);
});
