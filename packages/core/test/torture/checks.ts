import { readFileSync } from 'node:fs';
import { Reprise } from '../../src/index.ts';
import { plainSeal } from '../../src/journal/seal.ts';
import { readSegment, writeSegment } from '../../src/journal/segment.ts';
import { memoryDriver } from '../../src/store/memory.ts';
import { type Trace, tortureFlow } from './program.ts';

/** The lines that the processes of an execution have written, from a line on. */
export function readTrace(file: string, from = 0): Trace[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.pop();
  return lines.slice(from).map((line) => JSON.parse(line) as Trace);
}

const callKey = (execution: string, call: string): string => `${execution} ${call}`;

/** Which calls of an execution and its child have an outcome in the journal. */
export async function recordedCalls(reprise: Reprise, id: string): Promise<Set<string>> {
  const recorded = new Set<string>();
  const open = [id];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const execution = await reprise.executions.get(one).catch((error) => {
      // Killed before it was stored.
      if (error.code === 'REPRISE_NOT_FOUND') return undefined;
      throw error;
    });
    for (const { id: call, kind, status } of execution?.journal ?? []) {
      if (status === 'completed') recorded.add(callKey(one, call));
      if (kind === 'flow') open.push(`${one}.${call}`);
    }
  }
  return recorded;
}

/** The bodies that began although the outcome of their call was stored before their process started. */
export function repeatedAlthoughRecorded(trace: readonly Trace[], recorded: ReadonlySet<string>): Trace[] {
  return trace.filter((event) => event.t === 'start' && recorded.has(callKey(event.execution, event.call)));
}

/** How many bodies began for a call that had begun before. */
export function countRepeated(trace: readonly Trace[]): number {
  const seen = new Set<string>();
  let count = 0;
  for (const event of trace) {
    if (event.t !== 'start') continue;
    // Each attempt of a call that is tried again stands in another place, and each part of a body counts once.
    const key = `${callKey(event.execution, event.call)} ${event.place}`;
    if (seen.has(key)) count++;
    seen.add(key);
  }
  return count;
}

/** A failure at the very end of what was recorded is tried again, so its place may be handed another one. */
const mayChange = (place: string): boolean => place.endsWith('.failure');

/** What is wrong with the values that the program was handed, over all its processes. */
export function wrongOutcomes(trace: readonly Trace[]): string[] {
  const problems: string[] = [];
  const first = new Map<string, string>();
  for (const event of trace) {
    if (event.t !== 'got') continue;
    const text = JSON.stringify(event.value);
    const before = first.get(event.place);
    if (before !== undefined && before !== text && !mayChange(event.place)) {
      problems.push(`${event.place} was handed ${before}, and later ${text}`);
    }
    first.set(event.place, text);
    if (!event.place.endsWith('.winner')) {
      for (const value of leaves(event.value)) {
        if (!isFrom(event.place, value)) problems.push(`${event.place} was handed ${value}`);
      }
    }
  }
  return problems;
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** A call's value comes from its own body, or from those inside of it. */
function isFrom(place: string, value: string): boolean {
  return value.startsWith(`${place} `) || value.startsWith(`${place}/`);
}

/** What the program makes of the journal alone, and the recorded calls that it makes again for it. */
export async function resultOfJournal(
  source: Reprise,
  id: string,
  round: number,
): Promise<{ result: unknown; made: string[]; wrong: string[] }> {
  const exported = await source.executions.export(id);
  const driver = memoryDriver();
  for (const [key, text] of Object.entries(exported.entries)) {
    await driver.set(key, plainSeal.close(key, key.startsWith('reprise/j/') ? withoutEnd(key, text) : text));
  }
  const recorded = await recordedCalls(source, id);
  const trace: Trace[] = [];
  const reprise = new Reprise({ store: driver });
  const flow = tortureFlow(reprise, { trace: (event) => trace.push(event), delay: async () => {} });
  const handle = await flow.start({ round }, { id, takeover: true });
  const result = await handle.result();
  await reprise.close();
  const made = repeatedAlthoughRecorded(trace, recorded).map((event) => JSON.stringify(event));
  return { result, made, wrong: wrongOutcomes(trace) };
}

function withoutEnd(key: string, text: string): string {
  const { head, records } = readSegment(key, text);
  return writeSegment(
    head,
    records.filter((record) => record.head.t !== 'end'),
  );
}
