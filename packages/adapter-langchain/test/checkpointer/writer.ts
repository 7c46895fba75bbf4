import { KeyvSaver } from '../../src/index.ts';
import { checkpointOf, metadata, named } from './checkpoints.ts';
import { words } from './talk.ts';

// A process that goes on with a thread, checkpoint by checkpoint, and says what was acknowledged.
const [store = '', thread = '', name = '', times = ''] = process.argv.slice(2);
const saver = new KeyvSaver({ store });

for (let n = 0; n < Number(times); n++) {
  const latest = await saver.getTuple(named(thread));
  const said = (latest?.checkpoint.channel_values.said ?? []) as string[];
  const checkpoint = checkpointOf({
    said: [...said, words(`${name} ${n} after ${said.length}`)],
    length: said.length + 1,
  });
  checkpoint.id = `${String(Date.now()).padStart(14, '0')}-${checkpoint.id}`;
  const config = await saver.put(latest?.config ?? named(thread), checkpoint, metadata);
  process.stdout.write(`put ${checkpoint.id}\n`);
  const tasks = ['a', 'b', 'c'];
  await Promise.all(
    tasks.map((task) => saver.putWrites(config, [['said', words(`${task} upon ${checkpoint.id}`)]], task)),
  );
  process.stdout.write(`written ${checkpoint.id}\n`);
}
await saver.close();
