import assert from 'node:assert/strict';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage } from '@langchain/core/messages';
import { Annotation, StateGraph } from '@langchain/langgraph';
import { durable } from '@reprise/langchain';

let requests = 0;
class Model extends BaseChatModel {
  _llmType(): string {
    return 'packed';
  }
  async _generate(): Promise<{ generations: { text: string; message: AIMessage }[] }> {
    const text = `hello ${++requests}`;
    return { generations: [{ text, message: new AIMessage(text) }] };
  }
}

const model = new Model({});
const State = Annotation.Root({ said: Annotation<string>() });
const graph = new StateGraph(State)
  .addNode('say', async () => ({ said: String((await model.invoke('go')).content) }))
  .addEdge('__start__', 'say')
  .compile();
const agent = durable(graph);

for (let run = 0; run < 2; run++) {
  const { said } = await agent.invoke({ said: '' }, { id: 'packed-install-graph' });
  assert.equal(said, 'hello 1');
}
assert.equal(requests, 1, 'a completed execution makes no call again');
