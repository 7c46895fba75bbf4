import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { EngineOptions } from '@reprise/core';

/** What turns values into bytes and back: LangGraph's own, or one of the user's. */
export type Serializer = BaseCheckpointSaver['serde'];

/** The `redact` option. */
export type Redact = NonNullable<EngineOptions['redact']>;

/** Applies the `redact` option to a part of a checkpoint, by its name. */
export type RedactPart = (name: string, part: unknown) => unknown;

/** Turns a value into bytes, as `redact` allows it to be stored. Begins before it first waits. */
export type Dump = (
  value: unknown,
  redacted: (data: unknown, redact: RedactPart) => unknown,
) => Promise<readonly [type: string, bytes: Uint8Array]>;

/** @param redactOf what may be stored is known once the store is open */
export function dumpWith(serializer: Serializer, redactOf: () => Promise<Redact | undefined>): Dump {
  return async (value, redacted) => {
    const [type, bytes] = await serializer.dumpsTyped(value);
    const redact = await redactOf();
    if (!redact) return [type, bytes];
    const redactPart: RedactPart = (name, part) => redact(part, { part: 'output', kind: 'checkpoint', name }) ?? null;
    if (type !== 'json') return serializer.dumpsTyped(redacted(bytes, redactPart));
    const data: unknown = JSON.parse(Buffer.from(bytes).toString());
    return [type, Buffer.from(JSON.stringify(redacted(data, redactPart)))];
  };
}
