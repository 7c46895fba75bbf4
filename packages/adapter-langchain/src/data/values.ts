import { Document } from '@langchain/core/documents';
import { Command, Send } from '@langchain/langgraph';
import type { Codec } from '@reprise/core/adapter';
import { isMessage, revivedMessage, type StoredMessage, storedMessage } from './messages.ts';

/** What stands for an object of LangChain's in what is stored. */
const TAG = 'langchain';

type Tagged =
  | ({ readonly [TAG]: 'message' } & StoredMessage)
  | { readonly [TAG]: 'command' | 'send' | 'document'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly [TAG]: 'object'; readonly entries: readonly (readonly [string, unknown])[] };

/** Messages, commands and documents as plain data and back; everything else as it is. */
export const values: Codec<unknown> = { encode, decode };

function encode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isMessage(value)) return { [TAG]: 'message', ...storedMessage(value, encode) };
  if (Array.isArray(value)) return value.map(encode);
  const kind = kindOf(value);
  if (kind) return { [TAG]: kind, fields: encodedFields(value) };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, encode(part)] as const);
  return TAG in value ? { [TAG]: 'object', entries } : Object.fromEntries(entries);
}

function kindOf(value: object): 'command' | 'send' | 'document' | undefined {
  const { lg_name: name, pageContent } = value as { lg_name?: unknown; pageContent?: unknown };
  if (name === 'Command') return 'command';
  if (name === 'Send') return 'send';
  return typeof pageContent === 'string' && Object.getPrototypeOf(value) !== Object.prototype ? 'document' : undefined;
}

const KEPT = ['graph', 'update', 'resume', 'goto', 'node', 'args', 'timeout', 'pageContent', 'metadata', 'id'];

function encodedFields(value: object): Record<string, unknown> {
  const given = KEPT.map((key) => [key, Reflect.get(value, key)] as const).filter(([, part]) => part !== undefined);
  return Object.fromEntries(given.map(([key, part]) => [key, encode(part)]));
}

function decode(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  if (Array.isArray(stored)) return stored.map(decode);
  const prototype = Object.getPrototypeOf(stored);
  if (prototype !== Object.prototype && prototype !== null) return stored;
  const tagged = stored as Tagged;
  if (tagged[TAG] === 'object') return Object.fromEntries(tagged.entries.map(([key, part]) => [key, decode(part)]));
  if (!(TAG in stored)) return decodedFields(stored);
  const fields = decodedFields(tagged.fields);
  switch (tagged[TAG]) {
    case 'message':
      return revivedMessage({ message: tagged.message, fields });
    case 'command':
      return new Command(fields as never);
    case 'send':
      return new Send(fields.node as string, fields.args, ...(fields.timeout === undefined ? [] : [fields as never]));
    case 'document':
      return new Document(fields as never);
  }
}

function decodedFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, decode(part)]));
}
