// The show: the agent is killed in its first process, goes on in a second until it needs a person, and ends in a
// third. What is claimed at the end is checked against what the model server and the journal have seen.

import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { close, type ExecutionEvent, executions, waits } from '@reprise/core';
import { type AgentProcess, startAgent } from './show/agent-process.ts';
import { type AgentRun, checkClaims } from './show/claims.ts';
import { journalTable } from './show/journal-table.ts';
import { Narrator } from './show/narrator.ts';
import { bold, count, dim, green, heading, line, prose, red, tokensOf } from './show/screen.ts';
import { startModelServer } from './stand-in/model-server.ts';

const topic = process.argv[2] ?? 'How do sea otters shape the kelp forest?';
const id = `otters-${Date.now().toString(36)}`;

// The agent's processes inherit both.
process.env.REPRISE_STORE ||= 'sqlite:.reprise/research-agent.db';
const model = await startModelServer();
process.env.OPENAI_BASE_URL = model.url;

line(bold('A research agent that is killed, and plays on'));
line();
line(`  topic      ${topic}`);
line(`  model      ${model.name}`);
line(`  execution  ${id} in ${process.env.REPRISE_STORE.replace(/\/\/.*@/, '//')}`);

heading('1  It starts: a plan, then three sub-agents at the same time');
const first = await runAgent((event, agent) => {
  if (event.type !== 'made') return;
  const answered = agent.events.filter((made) => made.type === 'made' && made.call.kind === 'llm').length;
  if (answered >= 5 && model.inFlight > 0) agent.kill();
});
const requestsBefore = model.requests.length;
const killed = await executions.get(id);
line(dim(`  The process was ended by ${first.ending}. The execution is '${killed.status}'.`));

heading('2  The same command again: it goes on from where it was');
const second = await runAgent();
const [asked] = await waits.list({ execution: id });
if (!asked) throw new Error(`Execution ${id} should wait for an approval, and does not.`);
line(dim('  The process has ended. The question stays in the store, for a minute or a month.'));

heading('3  A person answers, from another process');
line(`  ${asked.question}`);
await waits.answer(id, asked.name, await askPerson(), { by: 'you' });

heading('4  The same command a third time: it ends');
const third = await runAgent();
const finished = await executions.get(id);
const runs = [first, second, third];

heading('The report');
prose(String(finished.result ?? 'No report was wanted.'));

heading('The journal, with the process that made each call and those that were served it');
journalTable(finished.journal, {
  'made in': (call) => runsWith('made', call.id),
  'served in': (call) => runsWith('served', call.id),
});

heading('Saved');
const served = runs.flatMap(({ events }) => events).flatMap((event) => (event.type === 'served' ? [event.call] : []));
const tokens = served.reduce((sum, { usage }) => sum + tokensOf(usage), 0);
line(`  ${count(served.length, 'call')} came from the journal instead of being made again: ${count(tokens, 'token')}.`);

heading('Checked');
const claims = checkClaims({ runs, killed, finished, requestsBefore, requests: model.requests });
for (const { text, holds } of claims) line(`  ${holds ? green('ok    ') : red('FAILED')}  ${text}`);
process.exitCode = claims.every(({ holds }) => holds) ? 0 : 1;

line();
line('The whole agent is examples/research-agent/agent.ts.');
model.close();
await close();

/** One process of the agent, from its start to its end. */
async function runAgent(onEvent?: (event: ExecutionEvent, agent: AgentProcess) => void): Promise<AgentRun> {
  const narrator = new Narrator();
  const agent = startAgent([topic, id], (event) => {
    narrator.tell(event);
    onEvent?.(event, agent);
  });
  line(dim(`  process ${agent.pid}`));
  const ending = await agent.ended;
  if (ending !== 0 && ending !== 'SIGKILL') throw new Error(`The agent's process ended with ${ending}.`);
  // What a process has sent in its last moment reaches the model server after its end.
  await pause(100);
  return { events: agent.events, ending };
}

/** The numbers of the processes that have made this call, or were served its outcome. */
function runsWith(type: 'made' | 'served', call: string): string {
  const has = ({ events }: AgentRun) => events.some((event) => event.type === type && event.call.id === call);
  return runs.flatMap((run, index) => (has(run) ? [index + 1] : [])).join(', ');
}

/** The answer for the agent: from the terminal, or yes where there is none. */
async function askPerson(): Promise<{ approved: boolean; wish?: string }> {
  const question = '  yes, no, or a wish for the report: ';
  if (!process.stdin.isTTY || process.env.CI) {
    line(`${question}yes ${dim('(answered by itself: nobody is at a terminal)')}`);
    return { approved: true };
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const said = (await terminal.question(question)).trim();
  terminal.close();
  if (/^no?$/i.test(said)) return { approved: false };
  return /^(y(es)?)?$/i.test(said) ? { approved: true } : { approved: true, wish: said };
}
