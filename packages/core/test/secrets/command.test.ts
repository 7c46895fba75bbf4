import { expect, test } from 'vitest';
import { maskArguments } from '../../src/secrets/command.ts';

test.each([
  [
    ['agent.ts', '--token=s'],
    ['agent.ts', '--token=***'],
  ],
  [
    ['agent.ts', '--api-key', 's', 'otters'],
    ['agent.ts', '--api-key', '***', 'otters'],
  ],
  [
    ['env', 'OPENAI_API_KEY=s', 'node', 'agent.ts'],
    ['env', 'OPENAI_API_KEY=***', 'node', 'agent.ts'],
  ],
  [
    ['agent.ts', '--store', 'redis://u:s @h'],
    ['agent.ts', '--store', 'redis://u:***@h'],
  ],
  [
    ['sh', '-c', 'cd x; GITHUB_TOKEN=s1 node agent.ts --password=s2'],
    ['sh', '-c', 'cd x; GITHUB_TOKEN=*** node agent.ts --password=***'],
  ],
  [
    ['curl', '-H', 'Authorization: Bearer abc12345'],
    ['curl', '-H', 'Authorization: Bearer ***'],
  ],
])('%j is shown as %j', (args, shown) => {
  expect(maskArguments(args)).toEqual(shown);
});

test.each([
  [['agent.ts', 'otters', '--max-tokens=100', '--long']],
  [['--import=./hooks.mjs', 'agent.ts', '--password', '--quiet']],
  [['agent.ts', 'a prompt about a password: 12']],
])('%j holds no secret, and stays the same array', (args) => {
  expect(maskArguments(args)).toBe(args);
});
