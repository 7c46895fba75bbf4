// Stores: what the engine needs of one, those it has, and how to build and prove another.

export { defaultStore, type EngineStore, engineStore } from './flow/engine-store.ts';
export { encryptingSeal, plainSeal, type Seal } from './journal/seal.ts';
export { maskArguments } from './secrets/command.ts';
export { maskAddress, maskText } from './secrets/text.ts';
export { type ConformanceCase, storeConformance } from './store/conformance.ts';
export type { Driver, Entry, ScanOptions } from './store/driver.ts';
export { type GuardOptions, guard } from './store/guarded.ts';
export { keyvDriver } from './store/keyv.ts';
export type { KeyvLike } from './store/keyv-like.ts';
export { memoryDriver } from './store/memory.ts';
export { DEFAULT_STORE, openStore, type StoreSource } from './store/open.ts';
export { SqliteStore } from './store/sqlite.ts';
export type { Store, StoreCapabilities } from './store/store.ts';
