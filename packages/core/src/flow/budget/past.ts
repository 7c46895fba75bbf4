import { type Limit, limitOf, problemWith } from '../../cost/budget.ts';
import { readLedger } from '../../cost/ledger.ts';
import type { TalliedAttempt } from '../../cost/tally.ts';
import type { Environment } from '../../execution/environment.ts';
import { decode } from '../../journal/codec.ts';
import { callKey, type JournalRecord } from '../../journal/records.ts';
import { JournalView } from '../../journal/view.ts';
import type { Past } from './purse.ts';
import { generationsIn } from './question.ts';

/** What an execution and its children have used so far, and how far its budget was raised. */
export async function readPast(
  environment: Environment,
  execution: string,
  records: readonly JournalRecord[],
): Promise<Past> {
  const attempts: TalliedAttempt[] = [];
  const raises: Limit[] = [];
  const open = [{ execution, records, generations: 0 }];
  for (let one = open.pop(); one; one = open.pop()) {
    const { generations } = one;
    for (const attempt of readLedger(one.records, false).attempts) attempts.push(attempt);
    raises.push(...raisesIn(one.records, generations));
    for (const key of childrenIn(one.records)) {
      const child = `${one.execution}.${key}`;
      const { records: found } = await JournalView.open(environment.store, environment.seal, child);
      if (found.length > 0) open.push({ execution: child, records: found, generations: generations + 1 });
    }
  }
  return { attempts, raises };
}

function childrenIn(records: readonly JournalRecord[]): Set<string> {
  const keys = new Set<string>();
  for (const { head } of records) {
    if ((head.t === 'begun' || head.t === 'call') && head.kind === 'flow') keys.add(callKey(head));
  }
  return keys;
}

/**
 * What was answered in this journal to questions about the budget of an execution so many generations up. What a replay has
 * taken over was answered about its source.
 */
function raisesIn(records: readonly JournalRecord[], generations: number): Limit[] {
  const questions = new Set<string>();
  const raises: Limit[] = [];
  for (const { head, value } of records) {
    if ((head.t === 'begun' || head.t === 'call') && generationsIn(head) === generations) {
      if (head.source === undefined) questions.add(head.id);
      else questions.delete(head.id);
    }
    const isAnswer = (head.t === 'ended' || head.t === 'call') && head.ok && questions.has(head.id);
    if (!isAnswer || typeof value !== 'string') continue;
    const answer = decode(value) as object;
    if (!problemWith(answer)) raises.push(limitOf(answer));
  }
  return raises;
}
