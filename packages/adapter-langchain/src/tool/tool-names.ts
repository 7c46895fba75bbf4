interface Node {
  readonly tools?: unknown;
  readonly bound?: object;
  readonly subgraphs?: readonly object[];
  readonly nodes?: Readonly<Record<string, object>>;
  readonly steps?: readonly object[];
}

interface ReactAgent {
  readonly graph?: object;
  readonly options?: { readonly tools?: unknown; readonly middleware?: readonly Node[] };
}

/** The names of the tools that an agent, or a graph, can be seen to have. */
export function toolNames(agent: object): string[] {
  const { graph, options } = agent as ReactAgent;
  const names = new Set<string>();
  for (const tools of [options?.tools, ...(options?.middleware ?? []).map((one) => one.tools)]) add(names, tools);
  visit(graph ?? agent, names, new Set());
  return [...names];
}

function visit(node: Node, names: Set<string>, seen: Set<object>): void {
  if (typeof node !== 'object' || node === null || seen.has(node)) return;
  seen.add(node);
  add(names, node.tools);
  const inner = [node.bound, ...(node.subgraphs ?? []), ...(node.steps ?? []), ...Object.values(node.nodes ?? {})];
  for (const one of inner) if (one) visit(one, names, seen);
}

function add(names: Set<string>, tools: unknown): void {
  if (!Array.isArray(tools)) return;
  for (const tool of tools) if (typeof tool?.name === 'string') names.add(tool.name);
}
