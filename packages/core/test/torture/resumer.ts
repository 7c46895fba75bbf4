// Starts the executions that its parent names, when it names them. One step is slow, or stuck for ever.
import { Reprise } from '../../src/index.ts';
import { stepsFlow, tellEnd, teller } from './steps.ts';

const [store, steps, file, lease, slow, pace] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const tell = teller(file);
const reprise = new Reprise({ store, lease: Number(lease), poll: 10 });
const flow = stepsFlow(reprise, tell, (step) => (step === slow ? Number(pace) : 20));

// Connected before anything is measured.
await reprise.executions.list({ limit: 1 });
process.on('message', async (id: string) => {
  await tellEnd(tell, id, async () => (await flow.start(Number(steps), { id })).result());
  process.send?.(id);
});
process.send?.('ready');
