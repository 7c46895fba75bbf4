// Takes an execution from whoever has it, and works on it until it is taken from this process; so many times.
import { setTimeout as pause } from 'node:timers/promises';
import { Reprise } from '../../src/index.ts';
import { stepsFlow, tellEnd, teller } from './steps.ts';

const [store, id, steps, file, times] = process.argv.slice(2) as [string, string, string, string, string];
const tell = teller(file);
// So short a lease is renewed all the time, and by processes that were stopped for longer, too.
const reprise = new Reprise({ store, lease: 300, poll: 10 });
const flow = stepsFlow(reprise, tell, () => Math.random() * 60);

for (let left = Number(times); left > 0; left--) {
  const isDone = await tellEnd(tell, id, async () => {
    const isFirst = left === Number(times);
    const handle = isFirst
      ? await flow.start(Number(steps), { id, takeover: true })
      : await reprise.executions.resume(id, { takeover: true });
    return handle.result();
  });
  if (isDone) break;
  await pause(Math.random() * 150);
}
await reprise.close();
