import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { Annotation, type BaseCheckpointSaver, StateGraph } from '@langchain/langgraph';
import { TEXT_2KB } from './payload.ts';

/** A model that answers at once, with 2 KB. */
class InstantModel extends BaseChatModel {
  _llmType(): string {
    return 'instant';
  }

  async _generate(): Promise<ChatResult> {
    return { generations: [{ text: TEXT_2KB, message: new AIMessage(TEXT_2KB) }] };
  }
}

const State = Annotation.Root({ said: Annotation<string>() });

/** A graph of so many nodes in a row, each of which asks the model so many times. */
export function graphOf(nodes: number, calls: number, checkpointer?: BaseCheckpointSaver) {
  const model = new InstantModel({});
  const graph = new StateGraph(State);
  const names = Array.from({ length: nodes }, (_, index) => `node ${index}`);
  for (const name of names) {
    graph.addNode(name, async () => {
      let said = '';
      for (let call = 0; call < calls; call++) said = String((await model.invoke(`${name} ${call}`)).content);
      return { said };
    });
  }
  const edges = ['__start__', ...names];
  for (const [index, name] of names.entries()) graph.addEdge(edges[index] as '__start__', name as '__end__');
  return graph.compile(checkpointer ? { checkpointer } : {});
}
