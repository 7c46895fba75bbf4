import { types } from 'node:util';

/** Bytes as text, and what is to be made of them again. */
export interface Bytes {
  readonly kind: string;
  readonly base64: string;
}

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** Whether the memory of it is there no more. */
export function isHandedOver(value: object): boolean {
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  return types.isArrayBuffer(memory) && memory.detached;
}

/** What kind of bytes an object is, and they in base64; `undefined` of one that is none. */
export function writeBytes(value: object, className: string | undefined): Bytes | undefined {
  if (types.isArrayBuffer(value)) return { kind: 'ArrayBuffer', base64: Buffer.from(value).toString('base64') };
  if (!ArrayBuffer.isView(value)) return undefined;
  const kind = Buffer.isBuffer(value) ? 'Buffer' : className;
  if (kind === undefined || (kind !== 'Buffer' && kind !== 'DataView' && !Object.hasOwn(VIEWS, kind))) return undefined;
  return { kind, base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** The bytes that were written; `undefined` where the kind is none of bytes. */
export function readBytes(kind: string, base64: string): unknown {
  const bytes = Buffer.from(base64, 'base64');
  // What is no base64 is left out without a word.
  if (bytes.length !== Buffer.byteLength(base64, 'base64')) throw new TypeError(`a ${kind} that is written as none`);
  if (kind === 'Buffer') return bytes;
  // A copy: a pooled Buffer's memory is shared and need not be aligned.
  const memory = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (kind === 'ArrayBuffer') return memory;
  if (kind === 'DataView') return new DataView(memory);
  return Object.hasOwn(VIEWS, kind) ? new VIEWS[kind as keyof typeof VIEWS](memory as ArrayBuffer) : undefined;
}
