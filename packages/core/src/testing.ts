// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// A program, crashed at every write in turn
export { everyCrash } from './testing/every-crash.ts';
export type { CrashOptions, CrashReport, SurvivedCrash } from './testing/every-crash.ts';
export type { Boundary } from './testing/boundary.ts';
export { CrashTestError } from './testing/crash-test-error.ts';

// Time that passes at a word
export { type FakeWorld, type FakeWorldOptions, fakeWorld } from './testing/fake-world.ts';

// A store that fails
export { type FaultyStore, faultyStore, type StoreRequest } from './testing/faulty-store.ts';
export type { Fault, FaultKind, StoreOperation } from './testing/fault.ts';

// A real process
export { type RunScriptOptions, runScript, type ScriptEnd } from './testing/run-script.ts';
