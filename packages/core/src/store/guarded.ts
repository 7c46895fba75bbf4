import { StoreError, StoreOpenError } from '../errors/store.ts';
import { maskText } from '../secrets/text.ts';
import { maskError } from '../secrets/value.ts';
import { realWorld, type World } from '../world/world.ts';
import { CANARY_KEY, CANARY_VALUE } from './canary.ts';
import { Deadline } from './deadline.ts';
import type { Driver, Entry, ScanOptions } from './driver.ts';
import { checkAndSet, readInOrder } from './fallback.ts';
import { prove } from './prove.ts';
import { reasonOf } from './reason.ts';
import type { Store, StoreCapabilities } from './store.ts';

const WHAT_NEXT = 'See that it runs, and that REPRISE_STORE or the option `store` names it as it is; then start again.';

/** How a driver is guarded. */
export interface GuardOptions {
  /** @default the real one */
  world?: World;
  /**
   * How long one call may take, in milliseconds.
   * @default 10000
   */
  deadline?: number;
}

/** A store over the driver, proven to be writable and readable where the driver does not vouch for itself. */
export async function guard(driver: Driver, options: GuardOptions = {}): Promise<Store> {
  const store = new GuardedStore(driver, new Deadline(options.world ?? realWorld, options.deadline ?? 10_000));
  if (driver.honest === true) return store;
  try {
    await prove(store);
    return store;
  } catch (cause) {
    // Not waited for: a store that hangs would hang here, too.
    store.close().catch(() => {});
    const reason = StoreError.isInstance(cause) ? cause.message : `${store.name}: ${reasonOf(cause)}`;
    throw new StoreOpenError(`The store cannot be opened. ${reason}. ${WHAT_NEXT}`, { cause });
  }
}

/** Whether the driver has this capability. */
function can<Name extends keyof Driver>(driver: Driver, name: Name): driver is Driver & Required<Pick<Driver, Name>> {
  return driver[name] !== undefined;
}

class GuardedStore implements Store {
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  readonly #driver: Driver;
  readonly #deadline: Deadline;
  #closed: Promise<void> | undefined;

  constructor(driver: Driver, deadline: Deadline) {
    this.name = maskText(driver.name);
    this.capabilities = {
      atomic: can(driver, 'putIfAbsent'),
      ordered: can(driver, 'scan'),
      listable: can(driver, 'scan') || can(driver, 'keys'),
    };
    this.#driver = driver;
    this.#deadline = deadline;
  }

  async get(key: string): Promise<string | undefined> {
    const [value] = await this.getMany([key]);
    return value;
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    if (this.#driver.honest === true) return this.#call('getMany', keys[0], () => this.#driver.getMany(keys));
    const [canary, ...values] = await this.#call('getMany', keys[0], () => this.#driver.getMany([CANARY_KEY, ...keys]));
    if (canary !== CANARY_VALUE || values.length !== keys.length) {
      throw this.#error(
        'getMany',
        keys[0],
        'the store does not return a value that was stored, so its "absent" proves nothing',
      );
    }
    return values;
  }

  set(key: string, value: string): Promise<void> {
    return this.#call('set', key, () => this.#driver.set(key, value));
  }

  deleteMany(keys: readonly string[]): Promise<void> {
    return this.#call('deleteMany', keys[0], () => this.#driver.deleteMany(keys));
  }

  putIfAbsent(key: string, value: string): Promise<boolean> {
    const driver = this.#driver;
    if (!can(driver, 'putIfAbsent')) return checkAndSet(this, key, value);
    return this.#call('putIfAbsent', key, () => driver.putIfAbsent(key, value));
  }

  async scan(prefix: string, options: ScanOptions): Promise<Entry[]> {
    const driver = this.#driver;
    if (can(driver, 'scan')) return this.#call('scan', prefix, () => driver.scan(prefix, options));
    if (!can(driver, 'keys')) {
      throw this.#error('scan', prefix, 'this store cannot list its keys; use SQLite, Redis, Valkey or Postgres');
    }
    const keys = await this.#call('keys', prefix, () => driver.keys(prefix));
    return readInOrder(this, keys, options);
  }

  async warnings(): Promise<string[]> {
    const own = await this.#call('warnings', undefined, async () => (await this.#driver.warnings?.()) ?? []);
    if (this.capabilities.atomic) return own;
    return [...own, `${this.name} cannot put a value only if the key is free: let one process at a time use it.`];
  }

  close(): Promise<void> {
    this.#closed ??= this.#watch('close', undefined, async () => this.#driver.close?.());
    return this.#closed;
  }

  #call<T>(operation: string, key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#error(operation, key, 'the store is closed'));
    return this.#watch(operation, key, work);
  }

  #watch<T>(operation: string, key: string | undefined, work: () => Promise<T>): Promise<T> {
    return this.#deadline.watch(work, (cause) => this.#error(operation, key, reasonOf(cause), maskError(cause)));
  }

  #error(operation: string, key: string | undefined, reason: string, cause?: unknown): StoreError {
    const request = key === undefined ? operation : `${operation}(${key})`;
    const details = cause === undefined ? { operation, key } : { operation, key, cause };
    return new StoreError(`${this.name}: ${request} failed: ${maskText(reason)}`, details);
  }
}
