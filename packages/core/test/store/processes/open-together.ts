// Opens one new SQLite file after another, each at the same moment as its sibling threads.
import { parentPort, workerData } from 'node:worker_threads';
import { sqliteDriver } from '../../../src/store/sqlite/driver.ts';

const { files, arrivals, threads } = workerData as { files: string[]; arrivals: Int32Array; threads: number };

for (const [round, file] of files.entries()) {
  Atomics.add(arrivals, 0, 1);
  while (Atomics.load(arrivals, 0) < threads * (round + 1));
  await sqliteDriver(file).close();
}
parentPort?.postMessage('done');
