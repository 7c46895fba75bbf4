export { KeyvSaver, type KeyvSaverOptions } from './checkpointer/keyv-saver.ts';
export { type Durable, type DurableOptions, type DurableTarget, durable } from './durable.ts';
export { durableModel } from './models.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
