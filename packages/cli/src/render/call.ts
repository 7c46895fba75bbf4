import type { CallRecord } from '@reprise/core';
import type { Terminal } from '../terminal/terminal.ts';
import { standing } from './calls.ts';
import { failureText } from './failure.ts';
import { STATUS } from './status.ts';
import { line } from './text.ts';
import { duration, moment } from './time.ts';
import { valueText } from './value.ts';

/** One call with its input and what it ended with, in full. */
export function callText(call: CallRecord, isAtWork: boolean, terminal: Terminal): string {
  const { kind, name, id, status, startedAt, milliseconds, by, input, output, error, usage, attempts } = call;
  const { sign, format } = STATUS[status];
  const took = milliseconds === undefined ? '' : `, ${duration(milliseconds)}`;
  const heading = [
    `${terminal.style(format, sign)} ${kind} ${terminal.style('bold', line(name))}  ${id}`,
    `  ${standing(call, isAtWork)}; ${moment(startedAt)}${took}${by ? `; by ${line(by)}` : ''}`,
  ].join('\n');
  const parts = [heading, section('Input', valueText(input, terminal), terminal)];
  for (const [i, attempt] of attempts.entries()) {
    if (attempt.error) parts.push(`Try ${i + 1}: ${line(`${attempt.error.name}: ${attempt.error.message}`)}`);
  }
  if (status === 'completed') parts.push(section('Output', valueText(output, terminal), terminal));
  if (status === 'failed') parts.push(section('Error', failureText(error, terminal), terminal));
  if (usage) parts.push(section('Usage', valueText(usage, terminal), terminal));
  return parts.join('\n\n');
}

function section(title: string, text: string, terminal: Terminal): string {
  return `${terminal.style('dim', title)}\n${text}`;
}
