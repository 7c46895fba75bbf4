import { expect, test } from 'vitest';
import { close, configure, Reprise, UsageError } from '../../src/index.ts';
import { defaultStore, type EngineStore, engineStore } from '../../src/store.ts';

test('the store of an engine is that of the one given, else of the one that runs, else the default one', async () => {
  configure({ store: 'memory:' });
  const redact = (value: unknown) => value;
  const own = new Reprise({ store: 'memory:', redact });
  const running = new Reprise({ store: 'memory:' });
  const standard = (await defaultStore()).store;
  const ofOwn = await engineStore(own);
  const seen: EngineStore[] = [];
  await running.flow('look', async () => {
    seen.push(await engineStore(), await engineStore(own));
  })();
  const [inside, given] = seen;
  expect((await engineStore()).store).toBe(standard);
  expect(ofOwn.store).not.toBe(standard);
  expect(ofOwn.redact).toBe(redact);
  expect(given?.store).toBe(ofOwn.store);
  expect(inside?.store).toBe((await engineStore(running)).store);
  expect(inside?.store).not.toBe(standard);
  await expect(engineStore({})).rejects.toSatisfy((error) => UsageError.isInstance(error));
  await Promise.all([own.close(), running.close(), close()]);
});
