// A script without a flow, as a wrapped client would run in it: two parallel chains, then a last call.
import { call } from '../../src/adapter.ts';
import { configure, flow, wait } from '../../src/index.ts';

configure({
  observe: ({ type, ...event }) => {
    if (type === 'made' || type === 'served') console.log(type, 'call' in event && event.call.name);
  },
});

const [mode] = process.argv.slice(2);
const ask = (name: string, answer: string) => call({ kind: 'llm', name, input: [name], run: async () => answer });

async function chain(i: number): Promise<string> {
  const first = await ask('first', `first of ${i}`);
  return `${first}, ${await ask('second', `second of ${i}`)}`;
}

const report = flow('report', async (topic: string) => {
  const notes = await ask('notes', `notes on ${topic}`);
  if (mode === 'flow-crash') process.kill(process.pid, 'SIGKILL');
  return notes;
});

if (mode?.startsWith('flow')) {
  console.log(await report('otters'));
  const started = await Promise.all([report.start('owls'), report.start('owls'), report.start('bears')]);
  console.log(await Promise.all(started.map((handle) => handle.result())));
  process.exit(3);
}

console.log(await Promise.all([chain(1), chain(2)]));
if (mode === 'crash') process.kill(process.pid, 'SIGKILL');
if (mode === 'wait') console.log('approved', await wait('approve', { question: 'Go on?' }));
console.log(await ask('last', 'the end'));
