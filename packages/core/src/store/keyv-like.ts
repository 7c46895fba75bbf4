/**
 * What is needed of a Keyv. Instances of Keyv 5.6 and of Keyv 6.1 and later have it, whatever the
 * adapter beneath.
 */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean | boolean[]>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  disconnect(): Promise<void>;
  readonly store: unknown;
}
