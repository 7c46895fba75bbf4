import type { CallRecord, Override } from '@reprise/core';
import { jsonOrText } from '../ask/ask.ts';
import { whoAnswers } from '../ask/walk.ts';
import { usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';
import { fileValue, typedValue } from './json.ts';

/** The changes as they are typed, each `call=…`. */
export interface TypedOverrides {
  readonly set: readonly string[];
  readonly error: readonly string[];
  readonly 'set-input': readonly string[];
  readonly model: readonly string[];
}

/** What a replay is to change, by call. */
export async function overridesOf(
  { reprise }: Setting,
  id: string,
  typed: TypedOverrides,
): Promise<Record<string, Override>> {
  const overrides: Record<string, Override> = {};
  const put = (call: string, override: Override) => {
    const before = overrides[call];
    const isBoth = before !== undefined && isMade(before) && isMade(override);
    if (before !== undefined && !isBoth) throw usageError(`Call '${call}' is changed twice.`, `reprise show ${id}`);
    overrides[call] = isBoth ? { ...before, ...override } : override;
  };
  if (typed.set.length > 0) {
    const { journal } = await reprise.executions.get(id);
    for (const [call, text] of typed.set.map((one) => halves(one, '--set'))) {
      const value = text.startsWith('@') ? await fileValue(text.slice(1)) : jsonOrText(text);
      put(call, isWait(journal, call) ? { answer: value, by: whoAnswers() } : { output: value });
    }
  }
  for (const [call, message] of typed.error.map((one) => halves(one, '--error'))) put(call, { error: message });
  for (const [call, text] of typed['set-input'].map((one) => halves(one, '--set-input'))) {
    put(call, { input: await typedValue(text, '--set-input') });
  }
  for (const [call, model] of typed.model.map((one) => halves(one, '--model'))) put(call, { model });
  return overrides;
}

/** Both say how the call is made. */
function isMade(override: Override): boolean {
  return 'input' in override || 'model' in override;
}

function isWait(journal: readonly CallRecord[], call: string): boolean {
  return journal.some(({ id, path, name, kind }) => kind === 'wait' && [id, path, name].includes(call));
}

function halves(text: string, option: string): [call: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usageError(`${option} takes call=value; it was '${text}'.`, `reprise help replay`);
}
