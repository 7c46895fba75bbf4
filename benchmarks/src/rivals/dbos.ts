import { DBOS } from '@dbos-inc/dbos-sdk';
import { TEXT_2KB } from '../payload.ts';
import { Countdown, type Rival } from './rival.ts';

/** DBOS. What it resumes waits for a queue first, which it looks at once a second: that wait is not counted. */
export async function dbos(url: string): Promise<Rival> {
  let ended: Countdown;
  let time = 0;
  const flow = DBOS.registerWorkflow(
    async (calls: number) => {
      const start = performance.now();
      for (let index = 0; index < calls; index++) await DBOS.runStep(async () => TEXT_2KB, { name: 'call' });
      time = performance.now() - start;
      ended.tell();
    },
    { name: 'flow' },
  );
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error' });
  await DBOS.launch();

  async function once(calls: number): Promise<string> {
    ended = new Countdown(1);
    const handle = await DBOS.startWorkflow(flow)(calls);
    await handle.getResult();
    return handle.workflowID;
  }

  return {
    name: 'DBOS',
    async sequential(calls) {
      await once(calls);
      return time;
    },
    async together(executions, calls) {
      ended = new Countdown(executions);
      const start = performance.now();
      const handles = await Promise.all(Array.from({ length: executions }, () => DBOS.startWorkflow(flow)(calls)));
      await ended.done;
      const all = performance.now() - start;
      await Promise.all(handles.map((handle) => handle.getResult()));
      return all;
    },
    async resume(calls) {
      // A fork takes over the outcomes of all steps but the last, which is made again.
      const id = await once(calls);
      ended = new Countdown(1);
      const handle = await DBOS.forkWorkflow(id, calls - 1);
      await ended.done;
      await handle.getResult();
      return time;
    },
    close: () => DBOS.shutdown(),
  };
}
