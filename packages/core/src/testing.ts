// Tests of durable programs: crashes at every write, time that passes at a word, stores that fail, real processes.

export type { Boundary } from './testing/boundary.ts';
export { CrashTestError } from './testing/crash-test-error.ts';
export { type CrashOptions, type CrashReport, everyCrash, type SurvivedCrash } from './testing/every-crash.ts';
export { type FakeWorld, type FakeWorldOptions, fakeWorld } from './testing/fake-world.ts';
export type { Fault, FaultKind, StoreOperation } from './testing/fault.ts';
export { type FaultyStore, faultyStore, type StoreRequest } from './testing/faulty-store.ts';
export { type RunScriptOptions, runScript, type ScriptEnd } from './testing/run-script.ts';
