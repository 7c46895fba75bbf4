// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// The one line, and what it takes
export { durable, type DurableClient } from './durable.ts';
export type { DurableOptions } from './options.ts';

// A tool with which the model asks a person
export { waitTool, type WaitTool, type WaitToolOptions } from './wait-tool.ts';

// The parts of a loop of your own; its model is the client
export { durableTools } from './tools.ts';
export type { ToolPolicies, ToolPolicy } from '@reprise/core/adapter';

// Agents of @openai/agents, whose model is the client
export { durableAgent, durableRunner } from './agents-sdk/agents.ts';
