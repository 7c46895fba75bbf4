import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { usageError } from '../command/failure.ts';
import type { Setting } from '../command/verb.ts';

type Core = typeof import('@reprise/core');

/**
 * Imports a module that defines flows, and gives the core that it defined them with: the module's own copy, which need
 * not be the command's.
 */
export async function coreWithFlows(file: string, { store }: Setting): Promise<Core> {
  const path = resolve(file);
  process.env.REPRISE_STORE = store;
  const core = await coreOf(path);
  try {
    await import(pathToFileURL(path).href);
  } catch (cause) {
    throw usageError(`The module ${file} cannot be imported: ${(cause as Error).message}`, `node ${file}`);
  }
  return core;
}

async function coreOf(path: string): Promise<Core> {
  let found: string;
  try {
    found = createRequire(path).resolve('@reprise/core');
  } catch {
    return import('@reprise/core');
  }
  return import(pathToFileURL(found).href);
}
