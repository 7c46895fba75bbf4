// One process of an agent: node run.ts <support|triage> <execution>
import { close, WaitingError } from '@reprise/core';
import { startStandIn } from './stand-in.ts';
import { support } from './support.ts';
import { triage } from './triage.ts';

const [name = 'support', id = 'my-order'] = process.argv.slice(2);
const agents = { support, triage };
const agent = agents[name as keyof typeof agents];
if (!agent) throw new Error(`There is no agent '${name}'. There are: ${Object.keys(agents).join(', ')}.`);

const standIn = process.env.OPENAI_API_KEY ? undefined : await startStandIn();
try {
  const execution = await agent.start(undefined, { id });
  console.log(await execution.result());
} catch (error) {
  if (!WaitingError.isInstance(error)) throw error;
  console.log(`waits: ${error.waits[0]?.question}`);
}
if (standIn) console.log(`requests: ${standIn.requests}`);
standIn?.close();
await close();
