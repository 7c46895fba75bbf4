// A graph whose one node asks the model five times: node five-calls.ts. CRASH=4 ends the process in the fourth call.
import { Annotation, StateGraph } from '@langchain/langgraph';
import { close } from '@reprise/core';
import { durable } from '@reprise/langchain';
import { modelOf } from './model.ts';

const QUESTIONS = ['Where', 'When', 'Who', 'What', 'Why'].map((word) => `${word} is it about?`);

const { model, standIn } = await modelOf(({ last }) => {
  if (last === QUESTIONS[Number(process.env.CRASH) - 1]) process.kill(process.pid, 'SIGKILL');
  return `${last.split(' ')[0]}: otters.`;
});

const State = Annotation.Root({ topic: Annotation<string>(), notes: Annotation<string[]>() });

const graph = new StateGraph(State)
  .addNode('interview', async () => {
    const notes: string[] = [];
    for (const question of QUESTIONS) notes.push(String((await model.invoke(question)).content));
    return { notes };
  })
  .addEdge('__start__', 'interview')
  .compile();

const agent = durable(graph, { name: 'interview' });

const { notes } = await agent.invoke({ topic: 'otters', notes: [] }, { id: 'otters' });
console.log(notes.join(' '));
if (standIn) console.log(`requests: ${standIn.requests}`);
standIn?.close();
await close();
