import { isOff } from '@reprise/core/adapter';
import { maskAddress, openStore } from '@reprise/core/store';
import { EXIT } from '../command/exit.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { ALL } from '../find/ids.ts';
import { storeToRead } from '../find/store.ts';
import { counted } from '../render/text.ts';
import { duration } from '../render/time.ts';
import { VERSION } from '../version.ts';

/** What was looked at. */
interface Finding {
  readonly name: string;
  readonly verdict: 'ok' | 'warning' | 'bad';
  readonly says: string;
}

/** How far a clock may be ahead of another before leases and prices suffer. */
const SKEW_MS = 5_000;

export const doctor: Verb = verb({
  name: 'doctor',
  summary: 'look whether all is well: Node, versions, the store, the clock',
  takes: '',
  options: {},
  examples: ['reprise doctor', 'reprise doctor --store redis://localhost:6379'],
  async run(setting) {
    const findings = [node(), reprise(), ...(await store(setting))];
    const { terminal } = setting;
    const signs = {
      ok: terminal.style('green', '✓'),
      warning: terminal.style('yellow', '!'),
      bad: terminal.style('red', '✗'),
    };
    const text = findings.map(({ name, verdict, says }) => `${signs[verdict]} ${name.padEnd(8)} ${says}`).join('\n');
    return { items: findings, text, exit: findings.some(({ verdict }) => verdict === 'bad') ? EXIT.failed : EXIT.ok };
  },
});

/** One that is too old gets no further than the command's first lines. */
function node(): Finding {
  return { name: 'node', verdict: 'ok', says: process.versions.node };
}

function reprise(): Finding {
  const name = 'reprise';
  try {
    if (!isOff()) return { name, verdict: 'ok', says: VERSION };
    return { name, verdict: 'warning', says: `${VERSION}; OFF: REPRISE=off is set` };
  } catch (error) {
    return { name, verdict: 'bad', says: (error as Error).message };
  }
}

async function store(setting: Setting): Promise<Finding[]> {
  const { store: uri } = setting;
  const name = maskAddress(uri);
  if (storeToRead(uri) !== uri) return [{ name: 'store', verdict: 'ok', says: `${name}; nothing is there yet` }];
  try {
    return [...(await capabilities(uri, name)), ...(await contents(setting))];
  } catch (error) {
    return [{ name: 'store', verdict: 'bad', says: (error as Error).message }];
  }
}

/** What the store itself can do, and what it warns of. */
async function capabilities(uri: string, name: string): Promise<Finding[]> {
  const began = performance.now();
  const opened = await openStore(uri);
  try {
    const took = duration(performance.now() - began);
    const { atomic } = opened.capabilities;
    const shared = atomic
      ? 'several processes may share it'
      : 'ONE process at a time may use it: it has no atomic put-if-absent';
    const warnings = (await opened.warnings()).map((says): Finding => ({ name: 'store', verdict: 'warning', says }));
    const says = `${name}; opened in ${took}; ${shared}`;
    return [{ name: 'store', verdict: atomic ? 'ok' : 'warning', says }, ...warnings];
  } finally {
    await opened.close();
  }
}

/** Whether what it holds can be read, with the key that there is; and whether whoever wrote it has another clock. */
async function contents({ reprise }: Setting): Promise<Finding[]> {
  const damaged: Finding[] = [];
  const onDamaged = ({ message }: Error) => damaged.push({ name: 'journal', verdict: 'bad', says: message });
  const all = await reprise.executions.list({ limit: ALL, onDamaged });
  const now = Date.now();
  const ahead = Math.max(now, ...all.map(({ updatedAt }) => updatedAt)) - now;
  const clock: Finding =
    ahead <= SKEW_MS
      ? { name: 'clock', verdict: 'ok', says: new Date(now).toISOString() }
      : {
          name: 'clock',
          verdict: 'warning',
          says: `what is stored is ${duration(ahead)} ahead of this machine's clock`,
        };
  return [{ name: 'journal', verdict: 'ok', says: `${counted(all.length, 'execution')}` }, ...damaged, clock];
}
