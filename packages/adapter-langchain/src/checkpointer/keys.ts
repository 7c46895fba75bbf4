import { hash } from 'node:crypto';

/** A name for any row of strings, of letters that every store takes; two different rows never share one. */
function nameOf(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}

/** What a text is called by its content. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** The heads of all threads stand under this prefix. */
export const THREADS = 'reprise/lg/t/';

export function headKey(thread: string): string {
  return THREADS + nameOf(thread);
}

/** Where it stands what an agent began last on a thread. */
export function begunKey(agent: string, thread: string): string {
  return `reprise/lg/b/${nameOf(agent, thread)}`;
}

/**
 * Where the parts of a thread stand. They hang on the thread's birth and not on its name: a thread that is
 * deleted and begun again never meets what the first one left behind.
 */
export interface ThreadKeys {
  /** All of them stand under this prefix. */
  readonly root: string;
  readonly namespaces: string;
  checkpoints(namespace: string): string;
  checkpoint(namespace: string, id: string): string;
  writes(namespace: string, id: string): string;
  value(namespace: string, channel: string, version: string | number): string;
  part(digest: string): string;
}

export function threadKeys(birth: string): ThreadKeys {
  const root = `reprise/lg/d/${birth}`;
  return {
    root: `${root}/`,
    namespaces: `${root}/n/`,
    checkpoints: (namespace) => `${root}/i/${nameOf(namespace)}/`,
    checkpoint: (namespace, id) => `${root}/c/${nameOf(namespace, id)}`,
    writes: (namespace, id) => `${root}/w/${nameOf(namespace, id)}/`,
    value: (namespace, channel, version) => `${root}/v/${nameOf(namespace, channel, String(version))}`,
    part: (digest) => `${root}/o/${digest}`,
  };
}
