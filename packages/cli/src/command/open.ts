import { existsSync } from 'node:fs';
import { Reprise } from '@reprise/core';
import { resolveId } from './ids.ts';
import { fileValue } from './json.ts';
import type { Setting } from './verb.ts';

/** An execution of the store, or of the file that it was exported to. */
export async function withExecution<T>(
  setting: Setting,
  typed: string,
  look: (setting: Setting, id: string) => Promise<T>,
): Promise<T> {
  if (!typed.endsWith('.json') || !existsSync(typed)) return look(setting, await resolveId(setting, typed));
  const reprise = new Reprise({ store: 'memory:' });
  try {
    const data = (await fileValue(typed)) as Parameters<typeof reprise.executions.import>[0];
    await reprise.executions.import(data);
    return await look({ ...setting, reprise, store: typed }, data.execution);
  } finally {
    await reprise.close();
  }
}
