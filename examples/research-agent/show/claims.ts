// What the show has to prove, from what was seen outside of the agent: the requests that the model server got, and
// the journal right after the kill and at the end.

import type { CallRecord, ExecutionEvent, ExecutionRecord } from '@reprise/core';
import { count } from './screen.ts';

/** One process of the agent: what it told, and the signal or the exit code that it ended with. */
export interface AgentRun {
  readonly events: readonly ExecutionEvent[];
  readonly ending: number | NodeJS.Signals;
}

export interface Evidence {
  readonly runs: readonly AgentRun[];
  /** The execution right after the kill, and at the end. */
  readonly killed: ExecutionRecord;
  readonly finished: ExecutionRecord;
  /** How many requests the model server had seen when the second process was started. */
  readonly requestsBefore: number;
  readonly requests: readonly string[];
}

export interface Claim {
  readonly text: string;
  readonly holds: boolean;
}

export function checkClaims({ runs, killed, finished, requestsBefore, requests }: Evidence): Claim[] {
  const [first, second, third] = runs;
  const recorded = killed.journal.filter(({ status }) => status !== 'begun');
  const lost = requestsBefore - requestsOf(recorded);
  const needed = requestsOf(finished.journal);
  const twice = requests.length - new Set(requests).size;
  const served = new Set(second?.events.flatMap((event) => (event.type === 'served' ? [event.call.id] : [])));
  const approval = finished.journal.find(({ kind }) => kind === 'wait');

  return [
    {
      text: `When the first process was killed, ${count(recorded.length, 'call')} were recorded and ${count(lost, 'model call')} in flight.`,
      holds: first?.ending === 'SIGKILL' && killed.status === 'crashed' && recorded.length > 0 && lost > 0,
    },
    {
      text: `The second process made none of the ${recorded.length} again: all were served from the journal.`,
      holds: recorded.every(({ id }) => served.has(id)),
    },
    {
      text: `The model server saw ${requests.length} requests: ${needed} that the agent needs, and ${lost} that were in flight at the kill.`,
      holds: requests.length === needed + lost,
    },
    { text: `No request came twice but those ${lost}.`, holds: twice === lost },
    {
      text: `The approval came from '${approval?.by}' while no process of the agent was running.`,
      holds: second?.ending === 0 && approval?.by !== undefined,
    },
    {
      text: 'The third process ended the execution.',
      holds: third?.ending === 0 && finished.status === 'completed',
    },
  ];
}

/** How many requests these calls have made. */
function requestsOf(calls: readonly CallRecord[]): number {
  return calls.filter(({ kind }) => kind === 'llm').reduce((sum, call) => sum + Math.max(1, call.attempts.length), 0);
}
