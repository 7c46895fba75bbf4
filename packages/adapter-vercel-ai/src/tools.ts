import { checkPolicies, type ToolPolicies } from '@reprise/core/adapter';
import { eachTool, recordedTool } from './tool/tool-call.ts';

/** Tools of a loop of your own, by their names: in an execution their results are recorded. */
export function durableTools<T extends object>(tools: T, policies: ToolPolicies<T> = {}): T {
  checkPolicies(policies, 'durableTools()', Object.keys(tools));
  return eachTool(tools, (name, tool) => recordedTool(name, tool, policies[name as keyof T]));
}
