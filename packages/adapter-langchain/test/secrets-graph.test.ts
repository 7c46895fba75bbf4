import { HumanMessage } from '@langchain/core/messages';
import { Annotation, END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { Reprise } from '@reprise/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Canaries, type Place, sqlitePlace } from '../../core/test/secrets/canaries.ts';
import { durable, KeyvSaver } from '../src/index.ts';

let canaries: Canaries;
let place: Place;

beforeEach(() => {
  canaries = new Canaries();
  place = sqlitePlace();
});

afterEach(() => place.remove());

function graph(fails: boolean, seen: unknown[]) {
  const State = Annotation.Root({ ...MessagesAnnotation.spec });
  return new StateGraph(State)
    .addNode('say', (_, config) => {
      seen.push(config.configurable?.apiKey);
      if (fails)
        throw new Error(`cannot reach https://u:${canaries.of('password')}@host/?key=${canaries.of('parameter')}`);
      return { messages: [new HumanMessage('otters')] };
    })
    .addEdge(START, 'say')
    .addEdge('say', END);
}

const configurable = () => ({
  thread_id: 'talk-1',
  apiKey: canaries.of('key'),
  openai_api_key: canaries.of('other key'),
});
const input = { messages: [new HumanMessage('hello')] };

test('a key in `configurable` reaches the graph, and is stored neither with the execution nor in checkpoints', async () => {
  const store = place.store as string;
  const reprise = new Reprise({ store });
  const seen: unknown[] = [];
  const checkpointer = new KeyvSaver({ store });
  const agent = durable(graph(false, seen).compile({ checkpointer }), { name: 'talk', reprise });
  await agent.invoke(input, { configurable: configurable() });
  expect(seen).toEqual([canaries.of('key')]);
  const lent = durable(graph(false, seen).compile(), { name: 'lent', reprise });
  await lent.invoke(input, { configurable: configurable() });
  expect(place.bytes().includes('otters')).toBe(true);
  expect(canaries.in(place.bytes())).toEqual([]);
  await reprise.close();
});

test('the error of a node is stored without the secrets in it', async () => {
  const store = place.store as string;
  const reprise = new Reprise({ store });
  const checkpointer = new KeyvSaver({ store });
  const agent = durable(graph(true, []).compile({ checkpointer }), { name: 'talk', reprise });
  await expect(agent.invoke(input, { configurable: configurable() })).rejects.toThrow(canaries.of('password'));
  expect(place.bytes().includes('cannot reach')).toBe(true);
  expect(canaries.in(place.bytes())).toEqual([]);
  await reprise.close();
});
