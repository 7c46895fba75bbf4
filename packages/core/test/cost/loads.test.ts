import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runScript } from '../../src/testing.ts';

test('the price list is loaded with the first report, and OpenTelemetry not at all where nobody has registered it', async () => {
  const { code, output } = await runScript(join(import.meta.dirname, 'loads.ts'));
  expect([code, output.split('\n')]).toEqual([0, ['[]', '["@pydantic/genai-prices"]']]);
});
