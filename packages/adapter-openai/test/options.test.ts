import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { durable } from '../src/index.ts';

test('what cannot be made durable is refused', () => {
  expect(() => durable({} as never)).toThrow('durable() takes a client of the package "openai"');
});

test('what is no option is refused, and says what there is', () => {
  const given = (options: object) => () => durable(new OpenAI({ apiKey: 'none' }), options);
  expect(given({ retries: 3 })).toThrow("durable() has no option 'retries'. It takes: streamUsage, provider.");
  expect(given({ streamUsage: 'yes' })).toThrow("Option 'streamUsage' of durable() must be true or false");
  expect(given({ provider: '' })).toThrow("Option 'provider' of durable() must be a string that is not empty");
});

test('a client with an X.509 identity, whose requests cannot be seen, is refused', () => {
  const openai = Object.assign(new OpenAI({ apiKey: 'none' }), { _options: { workloadIdentity: { type: 'x509' } } });
  expect(() => durable(openai)).toThrow('A client with an X.509 identity');
});

test('the wrapped client is the same object of the same type', () => {
  const openai = new OpenAI({ apiKey: 'none' });
  const wrapped: OpenAI = durable(openai);
  expect(wrapped).toBe(openai);
});
