import { openStore } from '@reprise/core/store';
import { EXIT } from '../command/exit.ts';
import { storeToRead } from '../command/store.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { counted } from '../render/text.ts';
import { duration } from '../render/time.ts';
import { masked } from '../terminal/masked.ts';
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
    const findings = [node(), { name: 'reprise', verdict: 'ok', says: VERSION } as const, ...(await store(setting))];
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

async function store({ store: uri }: Setting): Promise<Finding[]> {
  const name = masked(uri);
  const isNew = storeToRead(uri) !== uri;
  if (isNew) return [{ name: 'store', verdict: 'ok', says: `${name}; nothing is there yet` }];
  try {
    const began = performance.now();
    const opened = await openStore(uri);
    try {
      const heads = await opened.scan('reprise/h/', { limit: 1_000 });
      const took = duration(performance.now() - began);
      const { atomic } = opened.capabilities;
      const shared = atomic
        ? 'several processes may share it'
        : 'ONE process at a time may use it: it has no atomic put-if-absent';
      const amount = heads.length === 1_000 ? 'over 1,000 executions' : counted(heads.length, 'execution');
      return [
        {
          name: 'store',
          verdict: atomic ? 'ok' : 'warning',
          says: `${name}; ${amount}; answered in ${took}; ${shared}`,
        },
        ...(await opened.warnings()).map((says): Finding => ({ name: 'store', verdict: 'warning', says })),
        clock(heads.map(({ value }) => value)),
      ];
    } finally {
      await opened.close();
    }
  } catch (error) {
    return [{ name: 'store', verdict: 'bad', says: (error as Error).message }];
  }
}

/** Whoever wrote to the store may have another clock. */
function clock(heads: readonly string[]): Finding {
  const now = Date.now();
  const times = heads.map((text) => Number(/"updatedAt":(\d+)/.exec(text)?.[1] ?? 0));
  const ahead = Math.max(0, ...times) - now;
  if (ahead <= SKEW_MS) return { name: 'clock', verdict: 'ok', says: new Date(now).toISOString() };
  return {
    name: 'clock',
    verdict: 'warning',
    says: `what is stored is ${duration(ahead)} ahead of this machine's clock`,
  };
}
