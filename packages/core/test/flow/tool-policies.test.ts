import { expect, test } from 'vitest';
import { checkOptions, checkPolicies } from '../../src/adapter.ts';
import { isEngine } from '../../src/flow/options.ts';
import { isPolicies } from '../../src/flow/tool-policies.ts';
import { Reprise } from '../../src/index.ts';

const checking = (policies: object, names?: readonly string[]) => () => checkPolicies(policies, 'durable()', names);

test('policies for tools are checked by name and by what they say', () => {
  const retry = { attempts: 3, backoff: 1, jitter: 0, retryOn: () => true };
  expect(checking({ refund: { effect: 'once', retry, timeout: 30_000 } }, ['refund', 'find'])).not.toThrow();
  expect(checking({ refund: undefined }, ['refund'])).not.toThrow();
  expect(checking({ refnd: {} }, ['refund', 'find'])).toThrow(/no option 'refnd'. It takes: refund, find/);
  expect(checking({ anything: {} })).not.toThrow();
  expect(checking({ refund: { effect: 'twice' } })).toThrow(/'effect' of tool 'refund' of durable\(\) must be 'once'/);
  expect(checking({ refund: { timeout: 0 } })).toThrow(/'timeout' .* must be a number of milliseconds/);
  expect(checking({ refund: { retry: 3 } })).toThrow(/'retry' .* must be an object, such as { attempts: 3 }/);
  expect(checking({ refund: { retry: { attempts: 0 } } })).toThrow(/'attempts' of the retry policy of tool 'refund'/);
  expect(checking({ refund: 'once' })).toThrow(/The options of tool 'refund' of durable\(\) must be an object/);
});

test('an engine of one’s own is one', async () => {
  const given = (options: object) => () => checkOptions(options, 'durable()', { reprise: isEngine, tools: isPolicies });
  const reprise = new Reprise({ store: 'memory:' });
  expect(given({ reprise, tools: {} })).not.toThrow();
  expect(given({ reprise: { store: 'memory:' } })).toThrow(/must be an engine: new Reprise\({ store }\)/);
  expect(given({ tools: 'once' })).toThrow(/'tools' of durable\(\) must be an object/);
  await reprise.close();
});
