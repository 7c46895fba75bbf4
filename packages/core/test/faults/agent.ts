import { checkpoint, type Flow, type FlowHandle, Reprise } from '../../src/index.ts';
import type { Driver } from '../../src/store.ts';
import { type FakeWorld, fakeWorld } from '../../src/testing.ts';

/** What the agent comes to. */
export const RESULT = 'plan otters; otters swim, otters eat; edited twice: otters swim otters eat';
export const ID = 'otters';

/** A process that runs an agent with calls one after another, side by side and inside of one another. */
export interface AgentProcess {
  readonly reprise: Reprise;
  readonly world: FakeWorld;
  /** How often each body was begun, in this process and those that share `bodies` with it. */
  readonly bodies: Map<string, number>;
  /** Runs the agent, or goes on with it, while time passes. */
  run(): Promise<string>;
}

export function startAgent(
  store: Driver,
  { world = fakeWorld(), bodies = new Map<string, number>(), patience = 30_000 } = {},
): AgentProcess {
  const reprise = new Reprise({ store, world, patience });
  const counted = <Arguments extends unknown[]>(name: string, body: (...args: Arguments) => Promise<string>) =>
    checkpoint(name, async (...args: Arguments) => {
      const key = `${name} ${args.join()}`;
      bodies.set(key, (bodies.get(key) ?? 0) + 1);
      return body(...args);
    });
  const plan = counted('plan', async (topic: string) => `plan ${topic}`);
  const research = counted('research', async (topic: string, verb: string) => `${topic} ${verb}`);
  const polish = counted('polish', async (text: string) => text.replaceAll(',', ''));
  const edit = counted('edit', async (text: string) => `edited twice: ${await polish(await polish(text))}`);

  const flow: Flow<string, string> = reprise.flow('agent', async (topic: string) => {
    const planned = await plan(topic);
    const facts = (await Promise.all([research(topic, 'swim'), research(topic, 'eat')])).join(', ');
    return `${planned}; ${facts}; ${await edit(facts)}`;
  });
  return { reprise, world, bodies, run: () => whileTimePasses(world, runFlow(flow)) };
}

async function runFlow(flow: Flow<string, string>): Promise<string> {
  const handle: FlowHandle<string> = await flow.start('otters', { id: ID });
  return handle.result();
}

/** Lets time pass, a second after the other, until the work is done. */
export async function whileTimePasses<T>(world: FakeWorld, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) await world.advance('1 second');
  return work;
}
