import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/journal/codec.ts';
import { oldFlows } from '../fixtures/flows.ts';
import { fileOf, type OldJournal } from '../fixtures/make.ts';
import { inTime, never, processes } from '../processes.ts';

const read = (name: string): OldJournal => JSON.parse(readFileSync(fileOf(name), 'utf8'));

function ofAnotherRuntime(journal: OldJournal): OldJournal {
  return JSON.parse(JSON.stringify(journal).replaceAll(/"runtime\\":\\"[^"\\]+/g, '"runtime\\":\\"node v20.0.0'));
}

const runtimes = { 'of this runtime': (journal: OldJournal) => journal, 'of another one': ofAnotherRuntime };

for (const [runtime, change] of Object.entries(runtimes)) {
  describe(`a journal of version 1, ${runtime}, is replayed with all kept: no body runs, the result is the same:`, () => {
    for (const [name, flow] of Object.entries(oldFlows)) {
      // One was never finished, and one is about an input that changes, so that the call is made.
      if (name === 'cancelled' || name === 'drifted') continue;
      test(name, async () => {
        const { execution, result } = change(read(name));
        const all = processes();
        const { reprise } = all.start();
        const made: string[] = [];
        flow.define({ reprise, made, isBefore: false, attempt: 99, pass: all.pass, die: never });
        await reprise.executions.import(execution);
        const replay = await reprise.executions.replay(execution.execution, { reuse: 'unchanged' });
        const outcome = await inTime(all, replay.result()).then(
          (value) => encode(value, 'result'),
          (error) => String(error.code),
        );
        expect(outcome).toBe(result);
        expect(made.filter((body) => body !== 'flow')).toEqual([]);
        expect((await reprise.executions.diff(execution.execution, replay.id)).lineage).toBe('b-replays-a');
        // Branches are named by the runtime that recorded them, and not by the one that made the replay.
        const named = JSON.stringify(await reprise.executions.export(replay.id)).includes('node v20.0.0');
        expect(named).toBe(runtime !== 'of this runtime');
      });
    }
  });
}
