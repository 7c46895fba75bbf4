import { decimalsFor, formatUsd } from '../money.ts';
import type { CostReport, CostRow } from '../report.ts';
import { counted, plain } from './text.ts';

const NAMED = 3;

/** What has to be said below the rows, in sentences: a heading, and what belongs to it. */
export interface Remark {
  readonly about: string;
  readonly says: string;
}

export function remarksOf({ by, rows, totals, hints }: CostReport): Remark[] {
  const remarks: Remark[] = [];
  const say = (about: string, says: string) => remarks.push({ about, says });
  const named = (matches: (row: CostRow) => boolean) => (by === 'call' ? namesOf(rows.filter(matches)) : '');

  if (totals.savedCalls > 0) {
    const amount = atLeast(totals.savedNanoUsd, totals.savedUnpriced, totals.savedCalls);
    say('Saved', `${amount}: ${counted(totals.savedCalls, 'call')} served from the journal, not made again`);
  }
  if (totals.resumedCalls > 0) {
    const amount = atLeast(totals.resumedNanoUsd, totals.resumedUnpriced, totals.resumedCalls);
    say('Served after waits', `${amount}: ${counted(totals.resumedCalls, 'call')}, as planned, so it is no saving`);
  }
  if (totals.possiblyPaid > 0) {
    const which = named(({ status }) => status === 'possibly-paid');
    say('* Possibly paid', `${counted(totals.possiblyPaid, 'call')}${which}`);
  }
  if (totals.failed > 0) {
    say('Failed', `${counted(totals.failed, 'call')}${named(({ status }) => status === 'failed')}`);
  }
  if (totals.estimated > 0) {
    say('~ Estimated', `${counted(totals.estimated, 'call')}${reasons(rows)}`);
  }
  for (const hint of hints) say('Unknown', plain(hint));
  return remarks;
}

function atLeast(nanoUsd: bigint, unpriced: number, all: number): string {
  if (unpriced === all) return 'unknown';
  return `${unpriced > 0 ? '>= ' : ''}${formatUsd(nanoUsd, decimalsFor([nanoUsd]))}`;
}

function namesOf(rows: readonly CostRow[]): string {
  const names = [...new Set(rows.map(({ name }) => plain(name)))];
  const rest = names.length - NAMED;
  return ` (${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''})`;
}

/** Why prices are estimated; known of calls only. */
function reasons(rows: readonly CostRow[]): string {
  const notes = rows.flatMap(({ cost }) => (cost?.status === 'estimated' ? cost.notes : []));
  return notes.length === 0 ? '' : `: ${plain([...new Set(notes)].join('; '))}`;
}
