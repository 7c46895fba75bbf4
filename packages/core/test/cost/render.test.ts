import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Cost, unpriced } from '../../src/cost/cost.ts';
import type { AttemptEntry, CostEntry, CostGroup, ServedEntry } from '../../src/cost/report.ts';
import { buildReport } from '../../src/cost/report.ts';
import type { CostReportJson } from '../../src/index.ts';
import { renderCosts, UsageError } from '../../src/index.ts';

let clock = 0;
const place = { root: 'x', execution: 'x', flow: 'f' };

function priced(nanoUsd: number, notes: string[] = []): Cost {
  const split = { inputNanoUsd: 0, outputNanoUsd: 0, otherNanoUsd: nanoUsd };
  const status = notes.length > 0 ? 'estimated' : 'priced';
  return { status, nanoUsd, ...split, source: 'catalogue', rates: undefined, notes };
}

function attempt(name: string, model: string | undefined, cost: Cost, more: Partial<AttemptEntry> = {}): AttemptEntry {
  const usage = undefined;
  const times = { at: clock++, milliseconds: 2_100 };
  return { is: 'attempt', ...place, call: name, name, model, usage, ...times, status: 'made', cost, ...more };
}

function served(of: AttemptEntry, cause: ServedEntry['cause'] = 'recovery'): ServedEntry {
  const { root, execution, flow, call, name, model, usage, cost } = of;
  return { is: 'served', root, execution, flow, call, name, model, usage, cost, cause, at: clock++ };
}

const LLAMA = unpriced('unknown-model', "No price is known for 'acme/llama-5'. Set it: configure({ prices: … }).");
const LOST = unpriced('lost', 'It may have been paid for.');

/** A run that crashed, failed and waited, as told by its ledger. */
function story(): CostEntry[] {
  const plan = attempt('plan', 'gpt-6-sol', priced(91_000_000), {
    usage: { inputTokens: 50_000, cacheReadInputTokens: 30_000, outputTokens: 4_000, reasoningOutputTokens: 3_000 },
  });
  const research = attempt('research', 'claude-opus-5-5', priced(484_000_000), {
    usage: { inputTokens: 61_000, cacheReadInputTokens: 40_000, outputTokens: 8_000 },
    milliseconds: 65_000,
  });
  const flex = attempt('flex', 'gpt-5', priced(22_500_000, ['service tier flex priced at the standard rate']), {
    usage: { inputTokens: 10_000, outputTokens: 1_000 },
    milliseconds: 850,
  });
  const draft = attempt('draft', 'llama-5', LLAMA, { usage: { inputTokens: 9_120, outputTokens: 640 } });
  const review = attempt('review', undefined, LOST, { status: 'possibly-paid', milliseconds: undefined });
  return [
    plan,
    research,
    flex,
    draft,
    review,
    served(plan),
    served(plan, 'retry'),
    served(draft),
    served(flex, 'resume'),
  ];
}

function report(entries: readonly CostEntry[], by: CostGroup = 'call') {
  return buildReport(entries, by);
}

describe('a table', () => {
  test('has a line for each call, what is known of it, and what is not', () => {
    expect(`\n${renderCosts(report(story()))}\n`).toBe(`
CALL      MODEL              INPUT  CACHED  OUTPUT  REASONING        COST      SAVED        TIME
plan      gpt-6-sol         50,000  30,000   4,000      3,000     $0.0910     $0.182       2.1 s
research  claude-opus-5-5   61,000  40,000   8,000          -     $0.4840          -  1 min 05 s
flex      gpt-5             10,000       -   1,000          -    ~$0.0225          -      850 ms
draft     llama-5            9,120       -     640          -    unpriced    unknown       2.1 s
review    -                      -       -       -          -    unknown*          -           -
TOTAL     5 calls          130,120  70,000  13,640      3,000  >= $0.5975  >= $0.182  1 min 10 s

Saved               >= $0.182: 3 calls served from the journal, not made again
Served after waits  $0.0225: 1 call, as planned, so it is no saving
* Possibly paid     1 call (review)
~ Estimated         1 call: service tier flex priced at the standard rate
Unknown             No price is known for 'acme/llama-5'. Set it: configure({ prices: … }).
Unknown             It may have been paid for.
`);
  });

  test('is as wide as there is room: names get short, then columns leave, and money stays', () => {
    for (const width of [100, 80, 60, 40]) {
      const table = renderCosts(report(story()), { width });
      for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      expect(table).toMatch(/CALL .* COST +SAVED/);
    }
    const narrow = renderCosts(report(story()), { width: 60 });
    expect(narrow.split('\n').slice(0, 3)).toEqual([
      'CALL      MODEL                  COST      SAVED',
      'plan      gpt-6-sol           $0.0910     $0.182',
      'research  claude-opus-5-5     $0.4840          -',
    ]);
  });

  test('leaves the id of an execution whole: it is what one goes on with', () => {
    const root = 'b3f1c6de-5a0f-4d0e-9f5e-0a3f0c9d2e11';
    const entries = story().map((entry) => ({ ...entry, root }));
    expect(renderCosts(report(entries, 'execution'), { width: 80 }).split('\n').slice(0, 3)).toEqual([
      'EXECUTION                             CALLS        COST      SAVED',
      'b3f1c6de-5a0f-4d0e-9f5e-0a3f0c9d2e11      5  >= $0.5975  >= $0.182',
      'TOTAL                                     5  >= $0.5975  >= $0.182',
    ]);
  });

  test('of executions, flows, models or days has how many calls each of them is about', () => {
    expect(renderCosts(report(story(), 'model')).split('\n').slice(0, 4)).toEqual([
      'MODEL            CALLS    INPUT  CACHED  OUTPUT  REASONING        COST      SAVED        TIME',
      'gpt-6-sol            1   50,000  30,000   4,000      3,000     $0.0910     $0.182       2.1 s',
      'claude-opus-5-5      1   61,000  40,000   8,000          -     $0.4840          -  1 min 05 s',
      'gpt-5                1   10,000       -   1,000          -    ~$0.0225          -      850 ms',
    ]);
  });

  test('never shows what is unknown as 0, and what is free as free', () => {
    const free = attempt('free', 'm:free', { status: 'free', nanoUsd: 0, reason: 'free-model' });
    const silent = attempt('silent', 'm', unpriced('usage-missing', 'The provider did not say.'));
    const failed = attempt('failed', undefined, unpriced('failed', 'It failed.'), { status: 'failed' });
    const flying = attempt('flying', undefined, unpriced('in-flight', 'It flies.'), { status: 'in-flight' });
    const tiny = attempt('tiny', 'm', priced(300));
    const costs = (all: CostEntry[]) =>
      renderCosts(report(all))
        .split('\n')
        .slice(1, all.length + 2)
        .map((line) => line.replace(/ {2,}/g, '|').split('|').at(-3));
    expect(costs([free, silent, failed, flying, tiny])).toEqual([
      'free',
      'unpriced',
      'unknown',
      'in flight',
      '<$0.000001',
      '>= <$0.000001',
    ]);
    expect(costs([silent])).toEqual(['unpriced', 'unpriced']);
  });

  test('does not sum what was served after waits without a price as 0', () => {
    const silent = attempt('silent', 'm', unpriced('usage-missing', 'The provider did not say.'));
    const known = attempt('known', 'm', priced(2_000_000_000));
    const only = report([silent, served(silent, 'resume')]);
    const both = report([silent, served(silent, 'resume'), known, served(known, 'resume')]);
    expect(renderCosts(only)).toMatch(/Served after waits +unknown: 1 call,/);
    expect(renderCosts(both)).toMatch(/Served after waits +>= \$2\.00: 2 calls,/);
    const json = (of: ReturnType<typeof report>) => JSON.parse(renderCosts(of, { format: 'json' })).totals;
    expect(json(only)).toMatchObject({ resumedUsd: null, resumedUnpriced: 1 });
    expect(json(both)).toMatchObject({ resumedUsd: '2.000000000', resumedUnpriced: 1 });
  });

  test('has colours only where they are asked for, and the same text', () => {
    const coloured = renderCosts(report(story()), { colour: true });
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
    expect(stripVTControlCharacters(coloured)).toBe(renderCosts(report(story())));
  });

  test('is not upset by names that are no plain text', () => {
    const wide = attempt('研究', 'm', priced(1_000_000_000));
    const nasty = attempt('a\u001b[31m\r\nb', 'm\u202e', priced(1_000_000_000));
    const [, first, second] = renderCosts(report([wide, nasty])).split('\n');
    expect(first).toMatch(/^研究 {5}m/);
    expect(second).toMatch(/^a\[31m b {2}m {8}/);
  });

  test('of nothing says so', () => {
    expect(renderCosts(report([]))).toBe('No model calls.');
    expect(renderCosts(report([]), { format: 'markdown' })).toBe('No model calls.\n');
  });
});

test('Markdown has the same cells, and names are not markup', () => {
  const entries = [
    attempt('a|b', '<img> *x*_y_ `z`', priced(91_000_000)),
    attempt('lost', 'm', LOST, { status: 'possibly-paid' }),
  ];
  expect(renderCosts(report(entries), { format: 'markdown' }).split('\n')).toEqual([
    '| CALL | MODEL | INPUT | CACHED | OUTPUT | REASONING | COST | SAVED | TIME |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| a\\|b | &lt;img&gt; \\*x\\*\\_y\\_ \\`z\\` | - | - | - | - | $0.091 | - | 2.1 s |',
    '| lost | m | - | - | - | - | unknown\\* | - | - |',
    '| **TOTAL** | **2 calls** | **-** | **-** | **-** | **-** | **&gt;= $0.091** | **-** | **4.2 s** |',
    '',
    '- **\\* Possibly paid**: 1 call (lost)',
    '- **Unknown**: It may have been paid for.',
    '',
  ]);
});

/** Reads CSV as RFC 4180 has it. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, bare = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    if (rows.length === 0 || rows.at(-1)?.at(-1) === '\r\n') rows.push([]);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '\r\n') rows.at(-1)?.push('\r\n');
  }
  return rows.map((row) => row.slice(0, -1));
}

describe('CSV', () => {
  test('is exact, has a line for each row, and nothing where nothing is known', () => {
    const [header = [], ...rows] = parse(renderCosts(report(story()), { format: 'csv' }));
    const of = (row: string[] | undefined, name: string) => row?.[header.indexOf(name)];
    expect(rows.length).toBe(5);
    for (const row of rows) expect(row.length).toBe(header.length);
    expect(rows.map((row) => of(row, 'usd'))).toEqual(['0.091000000', '0.484000000', '0.022500000', '', '']);
    expect(rows.map((row) => of(row, 'nano_usd'))).toEqual(['91000000', '484000000', '22500000', '', '']);
    expect(rows.map((row) => of(row, 'saved_nano_usd'))).toEqual(['182000000', '0', '0', '', '0']);
    expect(rows.map((row) => of(row, 'status'))).toEqual(['made', 'made', 'made', 'made', 'possibly-paid']);
    expect(of(rows[0], 'reasoning_output_tokens')).toBe('3000');
  });

  test('quotes what needs it, and gives a spreadsheet no formula to compute', () => {
    const names = ['a,b', 'say "hi"', 'two\r\nlines', '=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1'];
    const entries = names.map((name) => attempt(name, '=cmd|"/c calc"!A1', priced(1)));
    const csv = renderCosts(report(entries), { format: 'csv' });
    const [header = [], ...rows] = parse(csv);
    expect(rows.map((row) => row[header.indexOf('name')])).toEqual([
      ...names.slice(0, 3),
      ...names.slice(3).map((name) => `'${name}`),
    ]);
    expect(rows.map((row) => row[header.indexOf('model')])).toEqual(names.map(() => `'=cmd|"/c calc"!A1`));
    expect(csv.endsWith('\r\n')).toBe(true);
  });
});

describe('JSON', () => {
  test('has amounts as text, exact beyond what a number holds, and null where nothing is known', () => {
    const big = Array.from({ length: 3 }, (_, n) => attempt(`big ${n}`, 'm', priced(9_007_199_254_740_991)));
    const json: CostReportJson = JSON.parse(renderCosts(report(big), { format: 'json' }));
    expect(json).toMatchObject({ schema: 1, by: 'call', hints: [] });
    expect(json.totals).toMatchObject({ nanoUsd: '27021597764222973', usd: '27021597.764222973', savedNanoUsd: '0' });
    const told: CostReportJson = JSON.parse(renderCosts(report(story()), { format: 'json' }));
    expect(told.rows.map(({ usd }) => usd)).toEqual(['0.091000000', '0.484000000', '0.022500000', null, null]);
    expect(told.rows[3]).toMatchObject({ unpriced: 1, savedUsd: null, cost: { status: 'unpriced' } });
    expect(told.totals).toMatchObject({ usd: '0.597500000', unpriced: 2, savedUsd: '0.182000000', savedUnpriced: 1 });
  });

  test('keeps its shape', () => {
    const { rows, ...rest }: CostReportJson = JSON.parse(renderCosts(report(story()), { format: 'json' }));
    expect(Object.keys(rest)).toEqual(['schema', 'by', 'totals', 'hints']);
    expect(rows[0]).toEqual({
      key: 'plan',
      name: 'plan',
      execution: 'x',
      model: 'gpt-6-sol',
      status: 'made',
      cost: {
        status: 'priced',
        nanoUsd: 91_000_000,
        inputNanoUsd: 0,
        outputNanoUsd: 0,
        otherNanoUsd: 91_000_000,
        source: 'catalogue',
        notes: [],
      },
      attempts: 1,
      failed: 0,
      possiblyPaid: 0,
      unpriced: 0,
      estimated: 0,
      usage: { inputTokens: 50_000, cacheReadInputTokens: 30_000, outputTokens: 4_000, reasoningOutputTokens: 3_000 },
      nanoUsd: '91000000',
      usd: '0.091000000',
      savedNanoUsd: '182000000',
      savedUsd: '0.182000000',
      savedCalls: 2,
      savedUnpriced: 0,
      resumedNanoUsd: '0',
      resumedUsd: '0.000000000',
      resumedCalls: 0,
      resumedUnpriced: 0,
      milliseconds: 2_100,
    });
  });
});

test('options that are none are refused, and so is what is no report', () => {
  expect(() => renderCosts(Promise.resolve(report([])) as never)).toThrow('renderCosts(await costs.report())');
  const nothing = report([]);
  expect(() => renderCosts(nothing, { format: 'html' as 'json' })).toThrow(UsageError);
  expect(() => renderCosts(nothing, { width: 10 })).toThrow(
    "Option 'width' of renderCosts must be a whole number of at least 40",
  );
  expect(() => renderCosts(nothing, { color: true } as object)).toThrow("has no option 'color'");
});
