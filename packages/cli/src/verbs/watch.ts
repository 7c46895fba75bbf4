import { EXIT, type Exit } from '../command/exit.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { openWaits } from '../find/open-waits.ts';
import { labelOf, standing } from '../render/calls.ts';
import { callJson } from '../render/record.ts';
import { nextOf } from '../render/show.ts';
import { STATUS } from '../render/status.ts';
import { summaryJson } from '../render/summary.ts';
import { line } from '../render/text.ts';
import { duration, moment } from '../render/time.ts';

type WatchEvent =
  ReturnType<Setting['reprise']['executions']['watch']> extends AsyncIterable<infer Event> ? Event : never;

const EXITS: Readonly<Record<string, Exit>> = {
  completed: EXIT.ok,
  failed: EXIT.failed,
  cancelled: EXIT.failed,
  crashed: EXIT.failed,
  waiting: EXIT.waiting,
};

export const watch: Verb = verb({
  name: 'watch',
  summary: 'follow an execution until it ends; with --json one event a line',
  takes: '<id>',
  options: {
    until: {
      value: 'what',
      choices: ['end', 'stop'],
      says: 'end: over for good (default); stop: or waiting, or crashed',
    },
  },
  examples: ['reprise watch @last', 'reprise watch otters-1 --until stop --json'],
  async run(setting, [typed = ''], given) {
    const id = await resolveId(setting, typed);
    const { executions } = setting.reprise;
    let exit: Exit = EXIT.failed;
    for await (const event of executions.watch(id, { signal: setting.interrupted })) {
      const text = setting.json
        ? JSON.stringify({ command: 'watch', item: eventJson(event) })
        : await eventLine(event, setting);
      setting.terminal.out(text);
      if (event.type !== 'status') continue;
      exit = EXITS[event.execution.status] ?? EXIT.failed;
      const isStopped = event.execution.status === 'waiting' || event.execution.status === 'crashed';
      if (given.until === 'stop' && isStopped) break;
    }
    return exit;
  },
});

function eventJson(event: WatchEvent): object {
  if (event.type === 'call') return { type: 'call', call: callJson(event.call) };
  return { type: 'status', execution: summaryJson(event.execution) };
}

async function eventLine(event: WatchEvent, setting: Setting): Promise<string> {
  const { terminal } = setting;
  if (event.type === 'call') {
    const { call } = event;
    const { sign, format } = STATUS[call.status];
    const took = call.milliseconds === undefined ? '' : `  ${duration(call.milliseconds)}`;
    return `${terminal.style(format, sign)} ${call.kind} ${line(labelOf(call))}  ${standing(call, true)}${took}`;
  }
  const { execution } = event;
  const { sign, format } = STATUS[execution.status];
  const open = await openWaits(setting, [execution]);
  const next = execution.status === 'running' ? '' : `  Next: ${terminal.command(nextOf(execution, open))}`;
  return `${terminal.style(format, `${sign} ${execution.status}`)}  ${execution.id}  ${moment(execution.updatedAt)}${next}`;
}
