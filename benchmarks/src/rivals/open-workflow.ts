import { OpenWorkflow } from 'openworkflow';
import type { BackendPostgres } from 'openworkflow/postgres';
import type { BackendSqlite } from 'openworkflow/sqlite';
import { TEXT_2KB } from '../payload.ts';
import { Countdown, type Rival } from './rival.ts';

interface Run {
  readonly calls: number;
  readonly fails: boolean;
}

/**
 * OpenWorkflow, whose worker is told to look for work at once, for it would else look once in 0.1 to 1 s. An execution
 * may have 1,000 steps.
 */
export function openWorkflow(backend: BackendPostgres | BackendSqlite): Rival {
  const engine = new OpenWorkflow({ backend });
  let ended: Countdown;
  let time = 0;
  const flow = engine.defineWorkflow<Run, void>(
    { name: 'flow', retryPolicy: { initialInterval: '1ms', backoffCoefficient: 1, maximumAttempts: 2 } },
    async ({ input, step, run }) => {
      const start = performance.now();
      for (let index = 0; index < input.calls; index++) await step.run({ name: `call ${index}` }, () => TEXT_2KB);
      time = performance.now() - start;
      ended.tell();
      if (input.fails && !failed.has(run.id)) {
        failed.add(run.id);
        throw new Error('interrupted');
      }
    },
  );
  const failed = new Set<string>();
  const worker = engine.newWorker({ concurrency: 100 });
  const idle = async () => worker.stop();

  async function once(run: Run): Promise<void> {
    ended = new Countdown(1);
    await flow.run(run);
    await worker.tick();
    await ended.done;
    await idle();
  }

  return {
    name: 'OpenWorkflow',
    async sequential(calls) {
      await once({ calls, fails: false });
      return time;
    },
    async together(executions, calls) {
      ended = new Countdown(executions);
      const start = performance.now();
      await Promise.all(Array.from({ length: executions }, () => flow.run({ calls, fails: false })));
      await worker.tick();
      await ended.done;
      const all = performance.now() - start;
      await idle();
      return all;
    },
    async resume(calls) {
      await once({ calls, fails: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended = new Countdown(1);
      const start = performance.now();
      await worker.tick();
      await ended.done;
      const all = performance.now() - start;
      await idle();
      return all;
    },
    async close() {
      await worker.stop();
      await backend.stop();
    },
  };
}
