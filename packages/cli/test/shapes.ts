// What `--json` prints, by schema: unknown fields are refused, so that a new one is a decision.
import { z } from 'zod';

const time = z.iso.datetime();
const nano = z.string().regex(/^\d+$/).nullable();

export const wait = z.strictObject({
  execution: z.string(),
  name: z.string(),
  question: z.string().nullable(),
  schema: z.unknown(),
  sleep: z.boolean(),
  at: time,
  until: time.nullable(),
  attempt: z.int(),
  refused: z.string().nullable(),
});

const counts = z.strictObject({ made: z.int(), served: z.int() });

export const summary = z.strictObject({
  id: z.string(),
  flow: z.string(),
  version: z.string().nullable(),
  status: z.enum(['running', 'waiting', 'completed', 'failed', 'crashed', 'cancelled']),
  createdAt: time,
  updatedAt: time,
  endedAt: time.nullable(),
  parent: z.string().nullable(),
  replayOf: z.strictObject({ execution: z.string(), from: z.string().nullable() }).nullable(),
  waits: z.array(wait),
  error: z.strictObject({ name: z.string(), message: z.string() }).nullable(),
  calls: counts,
  launch: z.strictObject({
    command: z.array(z.string()),
    directory: z.string(),
    host: z.string().optional(),
    process: z.string().optional(),
  }),
});

const cost = z.strictObject({ nanoUsd: nano, savedNanoUsd: nano, calls: z.int(), unpriced: z.int() });

export const call = z.strictObject({
  id: z.string(),
  kind: z.enum(['llm', 'tool', 'checkpoint', 'wait', 'flow']),
  name: z.string(),
  path: z.string(),
  parent: z.string().nullable(),
  status: z.enum(['begun', 'completed', 'failed']),
  startedAt: time,
  milliseconds: z.number().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: z.unknown(),
  attempts: z.array(z.unknown()),
  usage: z.unknown(),
  by: z.string().nullable(),
  served: z.int(),
  drifts: z.int(),
  keptFrom: z.string().nullable(),
  overridden: z.string().nullable(),
});

const record = summary.omit({ calls: true }).extend({
  calls: counts.extend({ list: z.array(call) }),
  input: z.unknown(),
  result: z.unknown(),
  failure: z.unknown(),
  replays: z.array(z.string()),
  logs: z.array(z.strictObject({ at: time, data: z.unknown() })),
});

const page = <Item extends z.ZodType>(command: string, item: Item) =>
  z.strictObject({ command: z.literal(command), items: z.array(item), nextCursor: z.string().nullable() });
const one = <Item extends z.ZodType>(command: string, item: Item) =>
  z.strictObject({ command: z.literal(command), item });

const ran = z.strictObject({
  execution: z.string().nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  executions: z.array(summary),
  next: z.string().nullable(),
});

const planned = z.array(z.looseObject({ id: z.string(), path: z.string(), kind: z.string(), name: z.string() }));
const amount = z.looseObject({ nanoUsd: nano, calls: z.int(), unpriced: z.int() });
const delta = z.object({ milliseconds: z.number(), tokens: z.number(), nanoUsd: z.string().nullable() }).partial();

export const shapes = {
  replay: one('replay', ran),
  replayHere: one('replay', z.strictObject({ execution: z.string(), status: z.string(), result: z.unknown() })),
  plan: one(
    'replay',
    z.strictObject({
      source: z.string(),
      flow: z.string(),
      from: planned.element.optional(),
      reuse: z.enum(['before', 'unchanged']),
      kept: planned,
      again: planned,
      maybe: planned,
      overridden: planned,
      effects: planned,
      waits: planned,
      cost: z.strictObject({ kept: amount, again: amount, maybe: amount }),
    }),
  ),
  diff: one(
    'diff',
    z.looseObject({
      a: z.looseObject({ id: z.string() }),
      b: z.looseObject({ id: z.string() }),
      lineage: z.enum(['b-replays-a', 'a-replays-b', 'siblings', 'none']),
      isSame: z.boolean(),
      calls: z.array(z.looseObject({ path: z.string(), is: z.enum(['same', 'changed', 'only-a', 'only-b']) })),
      first: z.int().optional(),
      delta,
    }),
  ),
  run: one('run', ran),
  resume: one('resume', ran),
  resumeHere: one('resume', z.strictObject({ execution: z.string(), status: z.string(), result: z.unknown() })),
  list: page('list', summary.extend({ cost })),
  show: one('show', record.extend({ cost, children: z.array(record) })),
  showCall: one('show', call),
  watch: one(
    'watch',
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('call'), call }),
      z.strictObject({ type: z.literal('status'), execution: summary }),
    ]),
  ),
  waits: page('answer', wait),
  answer: one(
    'answer',
    z.strictObject({
      answered: z.array(z.strictObject({ execution: z.string(), name: z.string() })),
      resumed: z.array(ran),
    }),
  ),
  cost: one(
    'cost',
    z.looseObject({
      schema: z.literal(1),
      by: z.string(),
      rows: z.array(z.looseObject({ key: z.string(), nanoUsd: nano })),
    }),
  ),
  cancel: one('cancel', z.strictObject({ execution: z.string(), status: z.string(), requested: z.boolean() })),
  rm: page('rm', z.string()),
  prune: one('prune', z.strictObject({ found: z.array(z.string()), bytes: z.int(), deleted: z.array(z.string()) })),
  export: one(
    'export',
    z.strictObject({ execution: z.string(), file: z.string(), bytes: z.int(), checksum: z.string().nullable() }),
  ),
  import: one('import', z.strictObject({ execution: z.string(), entries: z.int() })),
  doctor: page(
    'doctor',
    z.strictObject({ name: z.string(), verdict: z.enum(['ok', 'warning', 'bad']), says: z.string() }),
  ),
  completion: one('completion', z.strictObject({ shell: z.string(), script: z.string() })),
  error: z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }) }),
};
