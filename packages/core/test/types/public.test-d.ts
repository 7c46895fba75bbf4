// Checked by the root `tsc`; nothing here is run.
import * as v from 'valibot';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import {
  type BudgetExceededError,
  type CallRecord,
  CheckpointTimeoutError,
  type Cost,
  type CostReport,
  type CostReportJson,
  type CostRow,
  checkpoint,
  configure,
  costs,
  current,
  DivergenceError,
  type ExecutionExport,
  type ExecutionRecord,
  type ExecutionStatus,
  type ExecutionSummary,
  executions,
  type Flow,
  type FlowHandle,
  flow,
  log,
  now,
  type OpenWait,
  type Rates,
  Reprise,
  RepriseError,
  random,
  recover,
  renderCosts,
  sleep,
  type TokenUsage,
  uuid,
  WaitingError,
  type WatchEvent,
  wait,
  waits,
} from '../../src/index.ts';

declare const reprise: Reprise;

// A flow's types come from its function.
const count = flow('count', async (topic: string) => topic.length);
expectTypeOf(count).toEqualTypeOf<Flow<string, number>>();
expectTypeOf(count('otters')).toEqualTypeOf<Promise<number>>();
expectTypeOf(count.start('otters')).toEqualTypeOf<Promise<FlowHandle<number>>>();
expectTypeOf((await count.start('otters', { id: 'x' })).result()).toEqualTypeOf<Promise<number>>();
expectTypeOf((await count.start('otters')).status()).toEqualTypeOf<Promise<ExecutionStatus>>();
expectTypeOf(reprise.flow('same', async (topic: string) => topic.length)).toEqualTypeOf<Flow<string, number>>();
expectTypeOf(flow('plain', (n: number) => n * 2)(1)).toEqualTypeOf<Promise<number>>();
expectTypeOf(flow('thenable', async () => Promise.resolve({ a: 1 }))()).toEqualTypeOf<Promise<{ a: number }>>();
expectTypeOf(flow('nothing', async () => {})()).toEqualTypeOf<Promise<void>>();

// @ts-expect-error the input is a string
void count(7);
// @ts-expect-error the input is missing
void count();
// @ts-expect-error a flow takes one input
void count('otters', 'seals');
// @ts-expect-error a flow takes one input, so its function does
flow('two', async (a: string, b: string) => a + b);
// @ts-expect-error the input is a string
void count.start(7);
// @ts-expect-error the name is a string
flow(7, async () => 1);
// @ts-expect-error the function is missing
flow('nothing');

// A flow without an input is called, and started, without one.
const tick = flow('tick', async () => 1);
void tick();
void tick.start();
void tick.start(undefined, { id: 'x' });

// An input that may be missing may be left out.
const greet = flow('greet', async (name?: string) => `hello ${name ?? 'you'}`);
void greet();
void greet('ada');
void greet.start();
// @ts-expect-error the input is a string, or missing
void greet(7);

// Options that are none, or do not fit.
flow('options', async () => 1, { onDrift: 'rerun', onDivergence: 'error', durability: 'async', version: '2' });
// @ts-expect-error there is no such option
flow('options', async () => 1, { retries: 3 });
// @ts-expect-error no such choice
flow('options', async () => 1, { onDrift: 'ignore' });
// @ts-expect-error no such choice
flow('options', async () => 1, { onDivergence: 'reuse' });
// @ts-expect-error a version is a string
flow('options', async () => 1, { version: 2 });
// @ts-expect-error there is no such option
void tick.start(undefined, { name: 'x' });
// @ts-expect-error nothing of a handle can be written
(await tick.start()).id = 'y';

// A checkpoint is a function like its body.
const search = checkpoint('search', async (topic: string, limit?: number) => [`${topic} ${limit}`]);
expectTypeOf(search).toEqualTypeOf<(topic: string, limit?: number) => Promise<string[]>>();
expectTypeOf(checkpoint('plain', (n: number) => n)).toEqualTypeOf<(n: number) => Promise<number>>();
expectTypeOf(checkpoint('rest', async (...n: number[]) => n.length)).toEqualTypeOf<
  (...n: number[]) => Promise<number>
>();
expectTypeOf(reprise.checkpoint('same', async () => 1)).toEqualTypeOf<() => Promise<number>>();
void search('otters');
// @ts-expect-error the topic is a string
void search(7);
// @ts-expect-error the topic is missing
void search();
// @ts-expect-error a search takes two arguments
void search('otters', 5, 6);

checkpoint('retried', async () => 1, { retry: 3 });
checkpoint('retried', async () => 1, { retry: { attempts: 3, retryOn: (error, attempt) => !error && attempt < 2 } });
checkpoint('timed', async () => 1, { timeout: '30 seconds', effect: 'once' });
checkpoint('known', async (user: { id: string }) => user.id, { digest: (user) => user.id });
// @ts-expect-error the digest is given the arguments of the body
checkpoint('known', async (user: { id: string }) => user.id, { digest: (user: number) => user });
// @ts-expect-error there is no such option
checkpoint('options', async () => 1, { retries: 3 });
// @ts-expect-error attempts are a number
checkpoint('options', async () => 1, { retry: { attempts: '3' } });
// @ts-expect-error there is one effect to name
checkpoint('options', async () => 1, { effect: 'twice' });

// An answer has the type of its schema: what comes out of it, not what goes in.
expectTypeOf(wait('a', { schema: z.boolean() })).toEqualTypeOf<Promise<boolean>>();
expectTypeOf(wait('a', { schema: z.string().transform((text) => text.length) })).toEqualTypeOf<Promise<number>>();
expectTypeOf(wait('a', { schema: v.object({ ok: v.boolean() }) })).toEqualTypeOf<Promise<{ ok: boolean }>>();
expectTypeOf(wait('a', { schema: z.enum(['yes', 'no']), deadline: '1 day', default: 'no' })).toEqualTypeOf<
  Promise<'yes' | 'no'>
>();
expectTypeOf(wait('a')).toEqualTypeOf<Promise<unknown>>();
expectTypeOf(wait<{ ok: boolean }>('a')).toEqualTypeOf<Promise<{ ok: boolean }>>();
// @ts-expect-error the default is no boolean
void wait('a', { schema: z.boolean(), deadline: '1 day', default: 'no' });
// @ts-expect-error the default is none of them
void wait('a', { schema: z.enum(['yes', 'no']), deadline: '1 day', default: 'maybe' });
// @ts-expect-error JSON Schema alone checks nothing
void wait('a', { schema: { type: 'boolean' } });
// @ts-expect-error there is no such option
void wait('a', { timeout: 5 });
// @ts-expect-error the name is missing
void wait();

expectTypeOf(sleep('3 days')).toEqualTypeOf<Promise<void>>();
void sleep(new Date());
// @ts-expect-error how long?
void sleep();

// Values that are the same on resume.
expectTypeOf(now()).toEqualTypeOf<number>();
expectTypeOf(random()).toEqualTypeOf<number>();
expectTypeOf(uuid()).toEqualTypeOf<string>();
expectTypeOf(current().signal).toEqualTypeOf<AbortSignal>();
expectTypeOf(current().call?.idempotencyKey).toEqualTypeOf<string | undefined>();
log({ sources: 12 });
// @ts-expect-error a log takes an object
log('sources');

// From outside.
expectTypeOf(executions.list({ status: 'crashed', limit: 5 })).toEqualTypeOf<Promise<ExecutionSummary[]>>();
expectTypeOf(executions.get('x')).toEqualTypeOf<Promise<ExecutionRecord>>();
expectTypeOf(executions.watch('x')).toEqualTypeOf<AsyncIterable<WatchEvent>>();
expectTypeOf(executions.resume('x')).toEqualTypeOf<Promise<FlowHandle<unknown>>>();
expectTypeOf(executions.export('x')).toEqualTypeOf<Promise<ExecutionExport>>();
expectTypeOf(recover()).toEqualTypeOf<Promise<FlowHandle<unknown>[]>>();
expectTypeOf(waits.list()).toEqualTypeOf<Promise<OpenWait[]>>();
expectTypeOf((await executions.get('x')).journal).toEqualTypeOf<readonly CallRecord[]>();
// @ts-expect-error no such status
void executions.list({ status: 'done' });
// @ts-expect-error an id is a string
void executions.get(7);
// @ts-expect-error who answers is an option
void waits.answer('x', 'approve', true, 'ada');
// @ts-expect-error the value is missing
void waits.answer('x', 'approve');

// Errors are told apart by their class, across copies of the package.
declare const error: unknown;
if (WaitingError.isInstance(error)) expectTypeOf(error.waits).toEqualTypeOf<readonly OpenWait[]>();
if (DivergenceError.isInstance(error)) expectTypeOf(error.actual.name).toEqualTypeOf<string>();
if (CheckpointTimeoutError.isInstance(error)) expectTypeOf(error).toEqualTypeOf<CheckpointTimeoutError>();
if (RepriseError.isInstance(error)) expectTypeOf(error.code).toEqualTypeOf<string>();
// @ts-expect-error nothing is known of it
void error.waits;

// What calls cost.
const report = await costs.report({ execution: 'x', by: 'model', since: new Date(0), until: 5 });
expectTypeOf(report).toEqualTypeOf<CostReport>();
expectTypeOf(costs.report()).toEqualTypeOf<Promise<CostReport>>();
expectTypeOf(reprise.costs.report({ flow: 'agent' })).toEqualTypeOf<Promise<CostReport>>();
expectTypeOf(report.rows).toEqualTypeOf<readonly CostRow[]>();
expectTypeOf(report.totals.nanoUsd).toEqualTypeOf<bigint>();
expectTypeOf(report.totals.usage).toEqualTypeOf<TokenUsage>();
expectTypeOf(report.totals.usage.cacheReadInputTokens).toEqualTypeOf<number | undefined>();
// @ts-expect-error there is no such group
void costs.report({ by: 'step' });
// @ts-expect-error a time is a date or a number
void costs.report({ since: 'yesterday' });
// @ts-expect-error nothing of a report can be written
report.totals.nanoUsd = 0n;

// What is unknown is no number, so it cannot be added up by mistake.
declare const cost: Cost;
if (cost.status === 'unpriced') {
  expectTypeOf(cost.nanoUsd).toEqualTypeOf<undefined>();
  expectTypeOf(cost.hint).toEqualTypeOf<string>();
} else expectTypeOf(cost.nanoUsd).toEqualTypeOf<number>();
// @ts-expect-error it may be unknown
cost.nanoUsd + 1;

expectTypeOf(renderCosts(report)).toEqualTypeOf<string>();
renderCosts(report, { format: 'table', width: 80, colour: true });
// @ts-expect-error there is no such format
renderCosts(report, { format: 'html' });
expectTypeOf<CostReportJson['totals']['usd']>().toEqualTypeOf<string | null>();
expectTypeOf<CostReportJson['totals']['nanoUsd']>().toEqualTypeOf<string | null>();
expectTypeOf<CostReportJson['schema']>().toEqualTypeOf<1>();

const rates: Rates = { input_mtok: 1, output_mtok: 2 };
configure({ prices: { 'own-model': rates } });
configure({ prices: ({ model, usage }) => (model === 'own' && usage.inputTokens > 10 ? rates : undefined) });
// @ts-expect-error there is no such rate
configure({ prices: { 'own-model': { input: 1 } } });
// @ts-expect-error dollars by the million tokens, not a price of the whole
configure({ prices: () => 5 });

// An engine of one's own.
new Reprise({ store: 'memory:', observe: (event) => void (event.type === 'made' && event.call.name) });
new Reprise({ openTelemetry: false });
new Reprise({ redact: (value, { part, kind, name }) => [value, part, kind, name] });
configure({ store: 'redis://localhost' });
// @ts-expect-error there is no such option
new Reprise({ strore: 'memory:' });
// @ts-expect-error a store is a URI, a Keyv or a driver
new Reprise({ store: 7 });

// A budget is in numbers, and an answer that raises one, too.
flow('careful', async () => 1, { budget: { usd: 2.5, tokens: 100_000, onExceeded: 'wait', allowUnpriced: false } });
configure({ budget: { tokens: 100_000 } });
expectTypeOf<BudgetExceededError['spent']>().toEqualTypeOf<{ readonly nanoUsd: bigint; readonly tokens: number }>();
// @ts-expect-error dollars as text would have to be parsed
flow('careful', async () => 1, { budget: { usd: '2.50' } });
// @ts-expect-error there is no such way out
flow('careful', async () => 1, { budget: { usd: 1, onExceeded: 'stop' } });
