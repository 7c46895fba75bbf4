// biome-ignore-all assist/source/organizeImports: a table of contents, in the order in which one reads it

// What the engine needs of a store, and what one has to be made of
export type { Store, StoreCapabilities } from './store/store.ts';
export type { Driver, Entry, ScanOptions } from './store/driver.ts';
export { type GuardOptions, guard } from './store/guarded.ts';
export { type ConformanceCase, storeConformance } from './store/conformance.ts';

// Those there are
export { DEFAULT_STORE, openStore, type StoreSource } from './store/open.ts';
export { keyvDriver } from './store/keyv.ts';
export type { KeyvLike } from './store/keyv-like.ts';
export { memoryDriver } from './store/memory.ts';
export { SqliteStore } from './store/sqlite.ts';

// Addresses and commands without their secrets, to be shown
export { maskArguments } from './secrets/command.ts';
export { maskAddress, maskText } from './secrets/text.ts';

// What has its place beside the executions of an engine
export { defaultStore, type EngineStore, engineStore } from './flow/engine-store.ts';
export { encryptingSeal, plainSeal, type Seal } from './journal/seal.ts';
