import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type CostReport,
  type ExecutionStatus,
  type FlowOptions,
  NotFoundError,
  type Reprise,
} from '../../src/index.ts';
import { priceAt, type RunBody } from '../programs/interpret.ts';
import { type Life, Lives, type Seen } from '../programs/lives.ts';
import { labelled, type Part, programs, show, some, withModels } from '../programs/program.ts';
import { fuzz } from './fuzz.ts';

// Random programs of model calls that crash at random writes. The oracle is the provider: it counts each answer that it
// gave, whoever lived to record it, at a price that only the call's true position decides.

const crash = fc.record({ write: fc.integer({ min: 1, max: 14 }), landed: fc.boolean() });
const lives: fc.Arbitrary<Life[]> = fc.array(fc.record({ seed: fc.nat(99), crash }), { minLength: 0, maxLength: 3 });

/** What was to be seen of one process, and what the books said when it had ended. */
interface Page {
  readonly seen: Seen;
  readonly report: CostReport | undefined;
  /** How the execution stood then. */
  readonly status: ExecutionStatus | undefined;
}

const GROUPS = ['call', 'execution', 'flow', 'model', 'day'] as const;

/** Runs a program over crashes to its end, and asks for the books after each process. */
async function keepBooks(part: Part, crashes: readonly Life[], last: Life, options: FlowOptions) {
  const pages: Page[] = [];
  let whole: CostReport[] = [];
  const execution = new Lives(async (reprise, seen) => {
    pages.push({ seen, ...(await booksOf(reprise)) });
    if (seen.ending) {
      whole = await Promise.all(GROUPS.map((by) => reprise.costs.report({ execution: 'it', by })));
      whole.push(await reprise.costs.report());
    }
  });
  for (const life of [...crashes, last]) {
    await execution.run(labelled(part), life, options);
    if (pages.at(-1)?.seen.ending?.ok) break;
  }
  return { pages, whole };
}

async function booksOf({ costs, executions }: Reprise): Promise<Omit<Page, 'seen'>> {
  try {
    const { status } = await executions.get('it');
    return { status, report: await costs.report({ execution: 'it' }) };
  } catch (error) {
    if (NotFoundError.isInstance(error)) return { status: undefined, report: undefined };
    throw error;
  }
}

/** How often each call is there. */
function countOf<T>(all: readonly T[], callOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(callOf(one), (counts.get(callOf(one)) ?? 0) + 1);
  return counts;
}

const callOf = ({ execution, id }: RunBody) => `${execution} ${id}`;

function isInside(at: string, of: string): boolean {
  return at.startsWith(`${of}~`) || at.startsWith(`${of}:`);
}

function wrongsOf(pages: readonly Page[], isExact: boolean): string[] {
  const wrongs: string[] = [];
  const bodies = pages.flatMap(({ seen }) => seen.bodies);
  const bill = countOf(
    pages.flatMap(({ seen }) => seen.answered),
    callOf,
  );
  const runs = countOf(bodies, callOf);
  // A start is stored while its call is made, unless there is a budget: a crash may hide that there was one.
  const cutOff = countOf(
    pages.filter(({ seen }) => !seen.ending).flatMap(({ seen }) => seen.bodies),
    callOf,
  );
  const position = new Map(bodies.map((body) => [callOf(body), body.at]));
  const models = [...new Set(bodies.filter(({ isModel }) => isModel).map(({ at }) => at))];
  const { rows } = (pages.at(-1) as Page).report as CostReport;
  const lines = (status: string) =>
    countOf(
      rows.filter((row) => row.status === status),
      ({ execution, key }) => `${execution} ${key}`,
    );
  const [made, failed, possiblyPaid] = [lines('made'), lines('failed'), lines('possibly-paid')];
  for (const row of rows) {
    const call = `${row.execution} ${row.key}`;
    const at = position.get(call);
    const isPriced = row.status === 'made' && at !== undefined;
    if (row.status !== 'possibly-paid' && at === undefined) wrongs.push(`${call} is ${row.status}, and never ran`);
    else if (isPriced && row.nanoUsd !== BigInt(priceAt(at)))
      wrongs.push(`the call at ${at} is on the books with ${row.nanoUsd}, and costs ${priceAt(at)}`);
    else if (!isPriced && row.nanoUsd !== 0n) wrongs.push(`${row.status} ${at} has a price`);
    if (row.status === 'in-flight' || row.status === undefined) wrongs.push(`${call} is ${row.status} at the end`);
  }
  const onBooks = rows.map(({ execution, key }) => position.get(`${execution} ${key}`) ?? '');
  for (const [call, at] of position) {
    const around = models.filter((model) => model !== at && isInside(at, model));
    // What encloses a model call was paid for there.
    if (models.includes(at) && onBooks.includes(at) && onBooks.some((inner) => isInside(inner, at)))
      wrongs.push(`the call at ${at} is on the books, and so is what it encloses`);
    const isEnclosing = onBooks.some((inner) => isInside(inner, at));
    if (isEnclosing) continue;
    const [paid, line, open] = [bill, made, possiblyPaid].map((counts) => counts.get(call) ?? 0) as [
      number,
      number,
      number,
    ];
    const hidden = isExact && around.length === 0 ? 0 : (cutOff.get(call) ?? 0);
    if (line > 1) wrongs.push(`the call at ${at} is on the books ${line} times`);
    if (paid < line) wrongs.push(`the call at ${at} was billed ${paid} times, and is on the books ${line} times`);
    if (paid > line + open + hidden)
      wrongs.push(`the call at ${at} was billed ${paid} times; the books show ${line}, and ${open} possibly paid`);
    const attempts = line + open + (failed.get(call) ?? 0);
    // Between the note of an attempt and its body a crash may come, once a process.
    const most = (runs.get(call) ?? 0) + pages.filter(({ seen }) => !seen.ending).length;
    if (attempts > most) wrongs.push(`the call at ${at} ran ${most} times; the books show ${attempts} attempts`);
  }
  return wrongs;
}

/** What is wrong with what was saved: it is what had been paid for the calls that each process was served. */
function wrongsOfSavings(pages: readonly Page[], part: Part): string[] {
  const wrongs: string[] = [];
  const position = new Map(pages.flatMap(({ seen }) => seen.bodies.map((body) => [callOf(body), body.at] as const)));
  // Whose process is gone, and who waited, is each child's own.
  const hasChildren = some(part, (inner) => inner.is === 'call' && inner.kind === 'flow');
  // What is served in the very moment in which the program ends without it may be on no book.
  const leavesCalls = some(part, (p) => p.is === 'race' || p.is === 'any' || (p.is === 'call' && p.failures > 0));
  for (const [process, { seen, report }] of pages.entries()) {
    const before = pages[process - 1];
    const wrong = (what: string) => wrongs.push(`process ${process + 1}: ${what}`);
    const saved = (report?.totals.savedNanoUsd ?? 0n) - (before?.report?.totals.savedNanoUsd ?? 0n);
    const resumed = (report?.totals.resumedNanoUsd ?? 0n) - (before?.report?.totals.resumedNanoUsd ?? 0n);
    const most = seen.served.reduce((sum, call) => sum + worthOf(call, before?.report, position), 0n);
    if (saved < 0n || resumed < 0n) wrong(`saved ${saved} more, and resumed ${resumed}`);
    if (saved + resumed > most) wrong(`${saved} saved and ${resumed} resumed, where ${most} was served`);
    if (seen.ending && !leavesCalls && saved + resumed !== most)
      wrong(`${saved} saved and ${resumed} resumed, where ${most} was served`);
    if (hasChildren) continue;
    if (before?.status === 'waiting' && saved !== 0n) wrong(`${saved} saved after a wait`);
    if (before?.status !== 'waiting' && resumed !== 0n) wrong(`${resumed} resumed, and it was ${before?.status}`);
  }
  return wrongs;
}

/** What had been paid for a call, and all inside of it. */
function worthOf(served: string, report: CostReport | undefined, position: ReadonlyMap<string, string>): bigint {
  const at = position.get(served);
  const child = served.replace(' ', '.');
  const inside = report?.rows.filter(({ status, execution = '', key }) => {
    const call = `${execution} ${key}`;
    if (status !== 'made') return false;
    if (call === served || execution === child || execution.startsWith(`${child}.`)) return true;
    const its = position.get(call) ?? '';
    return at !== undefined && isInside(its, at);
  });
  return (inside ?? []).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0n);
}

/** The sums of a report's rows are its totals, and those of all reports are the same. */
function checkSums(reports: readonly CostReport[], about: string): void {
  for (const { by, rows, totals } of reports) {
    for (const key of ['nanoUsd', 'savedNanoUsd', 'resumedNanoUsd'] as const) {
      const sum = rows.reduce((all, row) => all + row[key], 0n);
      expect(sum, `${key} by ${by}: ${about}`).toBe(totals[key]);
    }
    for (const key of ['attempts', 'failed', 'possiblyPaid', 'unpriced', 'savedCalls', 'resumedCalls'] as const) {
      const sum = rows.reduce((all, row) => all + row[key], 0);
      expect(sum, `${key} by ${by}: ${about}`).toBe(totals[key]);
    }
    expect(totals, `by ${by}: ${about}`).toEqual(reports[0]?.totals);
  }
}

const BUDGETS: Readonly<Record<string, FlowOptions>> = {
  'without a budget': {},
  'with a budget': { budget: { usd: 1_000, allowUnpriced: true } },
};

for (const [how, options] of Object.entries(BUDGETS)) {
  fuzz(
    `the books of a program that crashes anywhere, ${how}, are what the provider bills`,
    60,
    fc.asyncProperty(programs(), lives, fc.nat(99), async (plain, crashes, seed) => {
      const part = withModels(plain);
      const { pages, whole } = await keepBooks(part, crashes, { seed: seed + 1 }, options);
      expect(wrongsOf(pages, options.budget !== undefined), show(part)).toEqual([]);
      expect(wrongsOfSavings(pages, part), show(part)).toEqual([]);
      checkSums(whole, show(part));
    }),
  );
}
