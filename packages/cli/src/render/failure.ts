import type { Terminal } from '../terminal/terminal.ts';
import { harmless, line } from './text.ts';

const LIBRARY = /\((?:node:|file:\/\/)?[^)]*node_modules|\/node_modules\/|\bnode:|\(native\)|<anonymous>\)$/;

/** An error with what brought it about, the user's own frames first. */
export function failureText(error: unknown, terminal: Terminal): string {
  return chainOf(error)
    .map((one, i) => section(one, i, terminal))
    .join('\n');
}

function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && !chain.includes(one); one = causeOf(one)) chain.push(one);
  return chain;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function section(error: unknown, depth: number, terminal: Terminal): string {
  const lead = depth === 0 ? '' : 'caused by ';
  if (!(error instanceof Error)) return `${lead}${line(String(error))}`;
  const title = `${lead}${terminal.style('red', line(error.name))}: ${harmless(error.message)}`;
  const parts = error instanceof AggregateError ? error.errors.map((one) => `  - ${line(String(one))}`) : [];
  return [title, ...parts, ...frames(error.stack ?? '', terminal)].join('\n');
}

function frames(stack: string, terminal: Terminal): string[] {
  const all = stack.split('\n').filter((text) => /^\s+at /.test(text));
  const own = all.filter((text) => !LIBRARY.test(text)).map((text) => `    ${line(text)}`);
  const others = all.length - own.length;
  if (others === 0) return own;
  return [...own, terminal.style('dim', `    … ${others} ${others === 1 ? 'frame' : 'frames'} of libraries`)];
}
