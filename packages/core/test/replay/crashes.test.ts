import { describe, expect, test } from 'vitest';
import { checkpoint, type Flow, type ReplayOptions, type Reprise, wait } from '../../src/index.ts';
import { everyCrash } from '../../src/testing/every-crash.ts';

/** Runs a flow, and what is asked of it then is to be replayed: so the source, its end, and the replay are crashed. */
function replayed<Result>(
  program: (topic: string) => Promise<Result>,
  options: ReplayOptions,
): (reprise: Reprise) => Flow<string, Result> {
  return (reprise) => {
    const flow = reprise.flow('article', program);
    const start = async (topic: string, { id }: { id: string }) => {
      await (await flow.start(topic, { id: 'source' })).result();
      return reprise.executions.replay('source', { ...options, id });
    };
    return Object.assign((topic: string) => flow(topic), { start, flowName: 'article' }) as unknown as Flow<
      string,
      Result
    >;
  };
}

const step = (name: string) => checkpoint(name, async (...given: string[]) => `${name}(${given.join('+')})`);
const [plan, look, rate, write, publish] = ['plan', 'look', 'rate', 'write', 'publish'].map(step) as [
  ReturnType<typeof step>,
  ReturnType<typeof step>,
  ReturnType<typeof step>,
  ReturnType<typeof step>,
  ReturnType<typeof step>,
];

async function article(topic: string): Promise<string> {
  const outline = await plan(topic);
  const parts = await Promise.all(['a', 'b'].map(async (part) => rate(await look(outline, part))));
  const text = await write(...parts);
  try {
    return await publish(text);
  } catch (error) {
    return `not published: ${(error as Error).message}`;
  }
}

describe('a replay that is crashed at any point, and while it is made, goes on with its overrides in force', () => {
  test('an output in a parallel branch, with what came before it kept', async () => {
    const options = { overrides: { 'look#2': { output: 'fog' }, publish: { error: 'down' } } };
    const { result, crashes } = await everyCrash(replayed(article, options), 'otters');
    expect(result).toBe('not published: down');
    expect(crashes.length).toBeGreaterThan(20);
  });

  test('an output, with all kept that is unchanged', async () => {
    const options = { overrides: { 'look#2': { output: 'fog' } }, reuse: 'unchanged' } as const;
    const { result } = await everyCrash(replayed(article, options), 'otters');
    expect(result).toBe('publish(write(rate(look(plan(otters)+a))+rate(fog)))');
  });

  test('another input of a call', async () => {
    const options = { from: 'plan', overrides: { write: { input: ['nothing'] } } };
    const { result } = await everyCrash(replayed(article, options), 'otters');
    expect(result).toBe('publish(write(nothing))');
  });

  test('the answer of a wait', async () => {
    const program = async (topic: string) => {
      const text = await write(topic);
      return (await wait<boolean>('approve')) ? publish(text) : 'refused';
    };
    const options = { overrides: { approve: { answer: false } } };
    const { result } = await everyCrash(replayed(program, options), 'otters', { answers: { approve: true } });
    expect(result).toBe('refused');
  });
});
