import { type ExecutionDiff, renderDiff } from '@reprise/core';
import { type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { amountJson } from '../render/money.ts';
import { plain } from '../render/plain.ts';
import { harmless, shorten } from '../render/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const diff: Verb = verb({
  name: 'diff',
  alias: 'compare',
  summary: 'two executions side by side: calls, values, time, tokens and money',
  takes: '<id> <other>',
  options: {},
  examples: ['reprise diff otters-1 otters-2', 'reprise diff otters-1 @last --json'],
  async run(setting, [a = '', b = '']) {
    const ids = [await resolveId(setting, a), await resolveId(setting, b)] as const;
    const found = await setting.reprise.executions.diff(...ids);
    return { item: diffJson(found), text: diffText(found, setting.terminal), ids };
  },
});

function diffJson({ a, b, calls, delta, ...rest }: ExecutionDiff): unknown {
  const side = (of: ExecutionDiff['a']) => ({ ...of, cost: amountJson(of.cost), paid: amountJson(of.paid) });
  const compared = calls.map((call) => ({
    ...call,
    ...(call.a ? { a: amountJson(call.a) } : {}),
    ...(call.b ? { b: amountJson(call.b) } : {}),
    ...(call.delta ? { delta: amountJson(call.delta) } : {}),
  }));
  return plain({ ...rest, a: side(a), b: side(b), calls: compared, delta: amountJson(delta) });
}

function diffText(found: ExecutionDiff, terminal: Terminal): string {
  return renderDiff(found)
    .flatMap((text) => harmless(text).split('\n'))
    .map((text) => paint(shorten(text, terminal.width), terminal))
    .join('\n');
}

function paint(text: string, { style }: Terminal): string {
  const [mark] = text.trimStart();
  if (mark === '+') return style('green', text);
  if (mark === '-') return style('red', text);
  return mark === '~' ? style('yellow', text) : text;
}
