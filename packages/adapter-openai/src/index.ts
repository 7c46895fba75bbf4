export { type DurableClient, type DurableOptions, durable } from './durable.ts';
export { durableTools } from './tools.ts';
export { type WaitToolOptions, waitTool } from './wait-tool.ts';
