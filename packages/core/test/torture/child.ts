// Runs the torture flow under a fixed id, writing down all that it does, until it is killed or done.
import { openSync, writeSync } from 'node:fs';
import { Reprise } from '../../src/index.ts';
import { randomDelay, type Trace, tortureFlow } from './program.ts';

const [store, id, round, file] = process.argv.slice(2) as [string, string, string, string];
const log = openSync(file, 'a');
const reprise = new Reprise({ store });
const flow = tortureFlow(reprise, {
  delay: randomDelay,
  trace(event: Trace) {
    writeSync(log, `${JSON.stringify(event)}\n`);
    process.stdout.write(`${event.t}\n`);
  },
});

process.stdout.write('ready\n');
const handle = await flow.start({ round: Number(round) }, { id });
process.stdout.write('open\n');
await handle.result();
process.stdout.write('done\n');
await reprise.close();
