import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FlowHandle, WaitingError } from '@reprise/core';
import { EXIT } from '../command/exit.ts';
import { usageError } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { plain } from '../render/plain.ts';
import { valueText } from '../render/value.ts';

type Core = typeof import('@reprise/core');

/** Imports a module that defines flows, starts something with the core that it uses, and waits for the result. */
export async function resultHere(
  setting: Setting,
  file: string,
  start: (core: Core) => Promise<FlowHandle<unknown>>,
): Promise<Outcome> {
  const core = await coreWithFlows(file, setting);
  try {
    const handle = await start(core);
    const result = await handle.result();
    const item = { execution: handle.id, status: await handle.status(), result: plain(result) ?? null };
    return { item, text: valueText(result, setting.terminal), ids: [handle.id] };
  } catch (error) {
    if (!WaitingError.isInstance(error)) throw error;
    const { execution, waits } = error;
    const next = setting.terminal.command(`reprise answer ${execution}`);
    const text = `${execution} waits for: ${waits.map(({ name }) => name).join(', ')}\n\n  Next: ${next}`;
    return { item: { execution, status: 'waiting', result: null }, text, ids: [execution], exit: EXIT.waiting };
  } finally {
    await core.close();
  }
}

async function coreWithFlows(file: string, { store }: Setting): Promise<Core> {
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

/** The module's own copy of the core, which need not be the command's: it knows the flows. */
async function coreOf(path: string): Promise<Core> {
  let found: string;
  try {
    found = createRequire(path).resolve('@reprise/core');
  } catch {
    return import('@reprise/core');
  }
  return import(pathToFileURL(found).href);
}
