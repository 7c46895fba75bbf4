import { existsSync } from 'node:fs';
import { Reprise, UsageError } from '@reprise/core';
import { fileValue } from '../arguments/json.ts';
import { notFound, usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';
import { resolveId } from './ids.ts';

/** An execution of the store, or of the file that it was exported to. */
export async function withExecution<T>(
  setting: Setting,
  typed: string,
  look: (setting: Setting, id: string) => Promise<T>,
): Promise<T> {
  if (!typed.endsWith('.json')) return look(setting, await resolveId(setting, typed));
  if (!existsSync(typed)) throw notFound(`There is no file ${typed} here.`, 'reprise list');
  const { prices } = setting;
  const reprise = new Reprise({ store: 'memory:', ...(prices ? { prices } : {}) });
  try {
    const data = (await fileValue(typed)) as Parameters<typeof reprise.executions.import>[0];
    await reprise.executions.import(data).catch((error) => {
      if (UsageError.isInstance(error)) throw usageError(`${typed}: ${error.message}`, 'reprise export <id>');
      throw error;
    });
    return await look({ ...setting, reprise, store: typed }, data.execution);
  } finally {
    await reprise.close();
  }
}
