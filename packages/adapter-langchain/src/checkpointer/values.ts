import type { Content } from './content.ts';
import type { Dump, Serializer } from './dump.ts';
import { type Parts, takeApart } from './parts.ts';
import type { StoredValue } from './stored.ts';

/** Begins before it first waits: a message may be changed once the caller goes on. */
export async function writeValue(
  dump: Dump,
  value: unknown,
  parts: Parts,
  redacted: Parameters<Dump>[1],
): Promise<StoredValue> {
  const [type, bytes] = await dump(value, redacted);
  const text = type === 'json' ? Buffer.from(bytes).toString() : '';
  const parsed = text && parse(text);
  if (parsed && JSON.stringify(parsed.value) === text) return [type, takeApart(parsed.value, parts)];
  return [type, takeApart(Buffer.from(bytes).toString('base64'), parts), 'base64'];
}

/** The values, read together. */
export async function readValues(
  serializer: Serializer,
  content: Content,
  stored: readonly StoredValue[],
): Promise<unknown[]> {
  const texts = await content.complete(stored.map(([, text]) => text));
  return Promise.all(
    stored.map(([type, , encoding], at) => {
      const text = texts[at] as string;
      const data = encoding === undefined ? text : new Uint8Array(Buffer.from(JSON.parse(text) as string, 'base64'));
      return serializer.loadsTyped(type, data) as Promise<unknown>;
    }),
  );
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
