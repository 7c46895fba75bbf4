export { type Durable, type DurableAgent, type DurableOptions, durable } from './durable.ts';
export { durableModel, durableProvider } from './models.ts';
export { durableTools } from './tools.ts';
export { type WaitTool, type WaitToolOptions, waitTool } from './wait-tool.ts';
