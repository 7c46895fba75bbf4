// Fills free slots of a store until all are taken, and tells its parent each slot that it filled.
import { openStore } from '../../../src/store.ts';

const [uri, name, count] = process.argv.slice(2) as [string, string, string];
const store = await openStore(uri);

for (let slot = 0; slot < Number(count); slot++) {
  const key = `reprise/slots/${String(slot).padStart(8, '0')}`;
  if (await store.putIfAbsent(key, `${name} `.repeat(200))) process.send?.(key);
}
process.disconnect();
