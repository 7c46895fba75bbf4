import type { CallOptions } from './request.ts';

/**
 * LangChain names a tool for structured output that has no title by a counter of its process: `extract-3`. In what is
 * stored it has the name of its place among such tools, and gets back the name of this process.
 */
export interface InventedNames {
  stored<T>(value: T): T;
  revived<T>(value: T): T;
}

const INVENTED = /^extract-\d+$/;
const NONE: InventedNames = { stored: (value) => value, revived: (value) => value };

export function inventedNames({ tools = [] }: CallOptions): InventedNames {
  const names = tools.map(nameOf).filter((name): name is string => typeof name === 'string' && INVENTED.test(name));
  if (names.length === 0) return NONE;
  const there = new Map(names.map((name, index) => [name, `extract #${index + 1}`]));
  const back = new Map([...there].map(([name, stored]) => [stored, name]));
  return { stored: (value) => renamed(value, there), revived: (value) => renamed(value, back) };
}

function nameOf(tool: unknown): unknown {
  const { name, function: described } = (tool ?? {}) as { name?: unknown; function?: { name?: unknown } };
  return name ?? described?.name;
}

function renamed<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (typeof value === 'string') return (names.get(value) ?? value) as T;
  if (Array.isArray(value)) return value.map((part) => renamed(part, names)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, renamed(part, names)])) as T;
}
