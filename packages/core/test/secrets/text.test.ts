import { expect, test } from 'vitest';
import { maskAbout, maskAddress, maskText } from '../../src/secrets/text.ts';

test.each([
  ['redis://:secret@host:6379', 'redis://:***@host:6379'],
  ['redis://user:secret@host:6379/0', 'redis://user:***@host:6379/0'],
  ['rediss://user:p%40ss:word@host', 'rediss://user:***@host'],
  ['redis://user:se/cr#et?@host:6379', 'redis://user:***@host:6379'],
  ['redis://user:sec@ret@host', 'redis://user:***@host'],
  ['postgres://user@host/db', 'postgres://user@host/db'],
  ['from redis://a:secret@b to postgres://c:secret@d!', 'from redis://a:***@b to postgres://c:***@d!'],
  ['https://host/db?password=secret&x=1', 'https://host/db?password=***&x=1'],
  [
    'postgres://h/db?sslmode=require&sslkey=s&sslpassword=t',
    'postgres://h/db?sslmode=require&sslkey=***&sslpassword=***',
  ],
  ['https://h/v1?key=s&alt=sse', 'https://h/v1?key=***&alt=sse'],
  ['https://h/?api_key=s&apikey=s&access_token=s', 'https://h/?api_key=***&apikey=***&access_token=***'],
  ['https://h/?X-Amz-Signature=s&X-Amz-Date=1', 'https://h/?X-Amz-Signature=***&X-Amz-Date=1'],
  ['https://h/?api%5Fkey=s', 'https://h/?api%5Fkey=***'],
  ['host=h user=u password=s3 dbname=d', 'host=h user=u password=*** dbname=d'],
  ["password='a b' dbname=d", 'password=*** dbname=d'],
  ['OPENAI_API_KEY=s node agent.ts', 'OPENAI_API_KEY=*** node agent.ts'],
  ['{"apiKey":"s","model":"m"}', '{"apiKey":"***","model":"m"}'],
  ['{"apiKey":"s\\"t","model":"m"}', '{"apiKey":"***","model":"m"}'],
  ['"{\\"api_key\\": \\"s\\", \\"model\\": \\"m\\"}"', '"{\\"api_key\\": \\"***\\", \\"model\\": \\"m\\"}"'],
  ["{ clientSecret: 's', id: 'm' }", "{ clientSecret: '***', id: 'm' }"],
  ['Headers.append: "Bearer abc123def\n" is no header value', 'Headers.append: "Bearer ***\n" is no header value'],
  ['Authorization: Token abc123def456', 'Authorization: Token ***'],
  ['x-api-key: abc123def', 'x-api-key: ***'],
  ['Set-Cookie: id=abc; Path=/', 'Set-Cookie: ***'],
  ['Incorrect API key provided: sk-proj-abcDEF1234567890abcd.', 'Incorrect API key provided: ***.'],
  ['key AIzaSyA1234567890abcdefghijklmnopqrstuvw is bad', 'key *** is bad'],
])('%s is shown as %s', (text, shown) => {
  expect(maskText(text)).toBe(shown);
});

test.each([
  'sqlite:/home/me@work/data.db',
  'connect ECONNREFUSED 127.0.0.1:6379',
  'https://host:8080/users/@me?page=2&tokens=100',
  'password: must have 8 characters',
  'the password is wrong; the token limit is 100',
  'authorization: not allowed to sample from this model',
  'Basic authentication is switched off, and so are bearer tokens',
  'max_tokens=100 and primary_key=7',
  'sk-learn-and-other-long-names-of-things',
  '    at ask (file:///project/agent.ts:10:5)',
])('%s is shown as it is', (text) => {
  expect(maskText(text)).toBe(text);
});

test.each([
  'password=s3cret',
  'Cookie: a=s3cret',
  'x-api-key: s3cret78',
  'https://h/?key=s3cret',
  'Authorization: Bearer s3cret78',
  'redis://u:s3cret@h',
])('JSON with %s in it is JSON afterwards', (text) => {
  const json = JSON.stringify({ a: `say "${text}"`, b: [JSON.stringify({ c: text })] });
  expect(JSON.stringify(JSON.parse(maskText(json)))).not.toContain('s3cret');
});

test('an address is known to be one, so its password may hold anything', () => {
  expect(maskAddress('redis://user:my "secret" word@host')).toBe('redis://user:***@host');
  expect(maskAddress('https://host:443/a@b')).toBe('https://host:443/a@b');
});

test('what is said about an address shows neither it nor its password', () => {
  const mask = maskAbout('redis://user:my%20secret@host');
  expect(mask('redis://user:my%20secret@host: "my secret" is refused')).toBe('redis://user:***@host: "***" is refused');
});

test('a long text is looked through at once', () => {
  for (const unit of [
    'a',
    'a.',
    '://',
    'password=',
    'redis://',
    '"api_key":"',
    'Bearer ',
    'cookie: ',
    '?a=',
    'a: ',
    'eyJ',
  ]) {
    const text = unit.repeat(300_000 / unit.length);
    // Quadratic work on it would take hours.
    expect(maskText(text)).toMatch(unit.slice(0, 2));
  }
});
