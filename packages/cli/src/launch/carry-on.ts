import type { ExecutionSummary, OpenWait } from '@reprise/core';
import { maskAddress } from '@reprise/core/store';
import { answerOpen } from '../ask/walk.ts';
import { EXIT, type Exit } from '../command/exit.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { familyOf } from '../find/family.ts';
import { ALL } from '../find/ids.ts';
import { openWaits } from '../find/open-waits.ts';
import type { Family } from '../render/call-tree.ts';
import { countsOf } from '../render/counts.ts';
import { nextOf } from '../render/show.ts';
import { STATUS } from '../render/status.ts';
import { summaryJson } from '../render/summary.ts';
import { type Ended, exitOf, type Program, startProgram } from './program.ts';

/** What is to be looked at when the program has ended. */
type Ours = (execution: ExecutionSummary) => boolean;

/** Runs a program until it has ended, asking in the terminal what its executions wait for, and tells how they stand. */
export async function carryOn(setting: Setting, program: Program, isOurs: Ours): Promise<Outcome> {
  const { terminal, interrupted } = setting;
  for (;;) {
    const ended = await startProgram(program, setting);
    const executions = (await setting.reprise.executions.list({ limit: ALL })).filter(isOurs);
    const open = await openWaits(setting, executions);
    const isAsked = open.length > 0 && terminal.isInteractive && !setting.json && !interrupted.aborted;
    if (isAsked && (await answerOpen(setting, open)) > 0) continue;
    const families = await Promise.all(executions.map(({ id }) => familyOf(setting.reprise, id)));
    return outcomeOf(setting, program, ended, families, open);
  }
}

function outcomeOf(
  setting: Setting,
  { id }: Program,
  ended: Ended,
  families: readonly Family[],
  open: readonly OpenWait[],
): Outcome {
  const executions = families.map(({ root }) => root);
  const exit = executions.some(({ status }) => status === 'waiting') ? EXIT.waiting : exitOf(ended);
  const lines = families.map((family) => statusLine(setting, family));
  const command = nextCommand(executions, open, exit);
  const next = command && setting.terminal.command(command);
  if (executions.length === 0) {
    lines.push(
      `Nothing was recorded${id ? ` under ${id}` : ''} in ${maskAddress(setting.store)}: no call was made through Reprise.`,
    );
  } else if (exit === EXIT.ok && executions.some(({ status }) => status === 'crashed')) {
    lines.push(
      'It ended itself with process.exit(), so it does not count as completed. Call close() of @reprise/core first.',
    );
  }
  if (next) lines.push('', `  Next: ${setting.terminal.style('bold', next)}`);
  // The program's own output is all that a pipe is to get.
  if (!setting.json) setting.terminal.note(`\n${lines.join('\n')}`);
  const [first] = executions;
  const item = {
    execution: id ?? first?.id ?? null,
    exitCode: ended.code,
    signal: ended.signal,
    executions: executions.map(summaryJson),
    next: next ?? null,
  };
  return { item, text: '', exit };
}

function statusLine({ terminal }: Setting, { root, children }: Family): string {
  const { id, flow, status, error } = root;
  const { sign, format } = STATUS[status];
  const { made, served } = countsOf([root, ...children.values()]);
  const why = status === 'failed' && error ? `: ${error.message}` : '';
  return `${terminal.style(format, `${sign} ${status}`)}  ${id}  ${flow}  ${made} made, ${served} served${why}`;
}

/** The one command that goes on. */
function nextCommand(
  executions: readonly ExecutionSummary[],
  open: readonly OpenWait[],
  exit: Exit,
): string | undefined {
  const waiting = open[0];
  if (waiting) return `reprise answer ${executions.length === 1 ? (executions[0]?.id ?? '') : ''}`.trim();
  const stopped = executions.find(({ status }) => status !== 'completed' && status !== 'cancelled');
  if (stopped && exit !== EXIT.ok) return nextOf(stopped, open);
  const last = executions[0];
  return last && `reprise show ${last.id}`;
}
