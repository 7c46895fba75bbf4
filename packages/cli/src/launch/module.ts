import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FlowHandle, UsageError, WaitingError } from '@reprise/core';
import { answerOpen } from '../ask/walk.ts';
import { EXIT } from '../command/exit.ts';
import { MODULE, usageError } from '../command/failure.ts';
import type { Outcome, Setting } from '../command/verb.ts';
import { plain } from '../render/plain.ts';
import { valueText } from '../render/value.ts';

type Core = typeof import('@reprise/core');

/**
 * Imports a module that defines flows, starts something with the core that it uses, asks in the terminal what that waits
 * for, and gives the result.
 */
export async function resultHere(
  setting: Setting,
  file: string,
  start: (core: Core) => Promise<FlowHandle<unknown>>,
): Promise<Outcome> {
  const core = await coreWithFlows(file, setting);
  try {
    for (let handle = await start(core); ; handle = await core.executions.resume(handle.id)) {
      try {
        return await completed(setting, handle);
      } catch (error) {
        if (!WaitingError.isInstance(error)) throw error;
        if (!(await isAnswered(setting, handle.id))) return waiting(setting, error);
      }
    }
  } finally {
    await core.close();
  }
}

async function completed({ terminal }: Setting, handle: FlowHandle<unknown>): Promise<Outcome> {
  const result = await handle.result();
  const item = { execution: handle.id, status: await handle.status(), result: plain(result) ?? null };
  return { item, text: valueText(result, terminal), ids: [handle.id] };
}

async function isAnswered(setting: Setting, execution: string): Promise<boolean> {
  const { reprise, terminal, json, interrupted } = setting;
  if (!terminal.isInteractive || json || interrupted.aborted) return false;
  return (await answerOpen(setting, await reprise.waits.list({ execution }))) > 0;
}

function waiting({ terminal }: Setting, { execution, waits }: WaitingError): Outcome {
  const names = waits.map(({ name }) => name).join(', ');
  const text = `${execution} waits for: ${names}\n\n  Next: ${terminal.command(`reprise answer ${execution}`)}`;
  return { item: { execution, status: 'waiting', result: null }, text, ids: [execution], exit: EXIT.waiting };
}

async function coreWithFlows(file: string, { store }: Setting): Promise<Core> {
  const path = resolve(file);
  if (!existsSync(path)) throw usageError(`There is no file ${file} in ${process.cwd()}.`, `ls ${dirname(file)}`);
  process.env.REPRISE_STORE = store;
  const core = await coreOf(path);
  try {
    importing(file);
    await import(pathToFileURL(path).href);
  } catch (cause) {
    const { message } = cause as Error;
    const hint = UsageError.isInstance(cause) ? MODULE : `node ${file}`;
    throw usageError(`The module ${file} cannot be imported: ${message}`, hint);
  } finally {
    importing(undefined);
  }
  return core;
}

/** Has every copy of the core refuse to start anything while a file is imported for its flows. */
function importing(file: string | undefined): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for('reprise.imported')] = file;
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
