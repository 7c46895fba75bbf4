import { Annotation, StateGraph } from '@langchain/langgraph';
import { Reprise } from '@reprise/core';
import { expectTypeOf } from 'vitest';
import { durable, durableTools, type ToolPolicy } from '../src/index.ts';

const State = Annotation.Root({ said: Annotation<string>() });
const graph = new StateGraph(State)
  .addNode('say', () => ({ said: 'Hello.' }))
  .addEdge('__start__', 'say')
  .compile();
const agent = durable(graph, { name: 'agent', reprise: new Reprise() });

const { said, execution } = await agent.invoke({ said: '' }, { id: 'one' });
expectTypeOf(said).toEqualTypeOf<string>();
expectTypeOf(execution.id).toEqualTypeOf<string>();
expectTypeOf(await agent.resume('one')).toExtend<{ said: string }>();

expectTypeOf(agent.withExecution('a').invoke).toEqualTypeOf(agent.invoke);
expectTypeOf(agent.getState).toBeFunction();

// @ts-expect-error the graph has no such channel
void agent.invoke({ sad: '' });
// @ts-expect-error there is no such option
durable(graph, { store: 'memory:' });
// @ts-expect-error there is no such effect
durable(graph, { tools: { refund: { effect: 'twice' } } });

const tools = { refund: { name: 'refund' } };
expectTypeOf(durableTools(tools, { refund: { effect: 'once' } })).toEqualTypeOf<typeof tools>();
// @ts-expect-error there is no tool of this key
durableTools(tools, { refnd: { effect: 'once' } });
expectTypeOf(durableTools([{ name: 'refund' }], { refund: { timeout: 1 } })).toEqualTypeOf<{ name: string }[]>();
expectTypeOf<ToolPolicy['effect']>().toEqualTypeOf<'once' | undefined>();
