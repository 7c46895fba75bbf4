import type { CostRow, ExecutionSummary, OpenWait } from '@reprise/core';
import { timeAgo } from '../arguments/time.ts';
import { usageError } from '../command/failure.ts';
import { type Setting, type Verb, verb } from '../command/verb.ts';
import { ALL } from '../find/ids.ts';
import { executionTable } from '../render/executions.ts';
import { moneyJson } from '../render/money.ts';
import { isAnswered, isOpen } from '../render/open.ts';
import { summaryJson } from '../render/summary.ts';
import { counted } from '../render/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const STATUSES: readonly string[] = ['running', 'waiting', 'completed', 'failed', 'crashed', 'cancelled'];

export const list: Verb = verb({
  name: 'list',
  alias: 'ls',
  summary: 'list executions, the newest first',
  takes: '',
  options: {
    status: { value: 'status', many: true, choices: STATUSES, says: `only these: ${STATUSES.join(', ')}` },
    flow: { value: 'name', says: 'only executions of this flow' },
    parent: { value: 'id', says: 'the children of this execution' },
    since: { value: 'time', says: 'only what began since then: 2h, 3d, 2026-11-25' },
    limit: { value: 'count', says: 'how many (default: 20)' },
    cursor: { value: 'cursor', says: 'go on where the page before has ended' },
  },
  examples: ['reprise list', 'reprise list --status failed --status crashed --since 1d', 'reprise ls --json'],
  async run(setting, _args, given) {
    const { flow, parent, since, cursor } = given;
    const limit = wholeNumber(given.limit ?? '20');
    const unknown = given.status.find((status) => !STATUSES.includes(status));
    if (unknown) throw usageError(`'${unknown}' is no status; there are ${STATUSES.join(', ')}.`, 'reprise list');
    const from = since === undefined ? 0 : timeAgo(since, 'since', Date.now());
    const query = { ...(flow === undefined ? {} : { flow }), ...(parent === undefined ? {} : { parent }), limit: ALL };
    const all = (await setting.reprise.executions.list(query)).filter(
      ({ status, createdAt }) => createdAt >= from && (given.status.length === 0 || given.status.includes(status)),
    );
    const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== undefined && start === 0)
      throw usageError(`The cursor '${cursor}' is not in this list.`, 'reprise list');
    const page = all.slice(start, start + limit);
    const costs = await costsOf(setting, page);
    const open = all.some(({ status }) => status === 'waiting') ? await setting.reprise.waits.list() : [];
    const isMore = start + limit < all.length;
    return {
      items: page.map((execution, i) => ({ ...summaryJson(execution), cost: moneyJson(costs[i] as CostRow) })),
      nextCursor: isMore ? page.at(-1)?.id : undefined,
      text: [
        executionTable(page, costs, setting.terminal, Date.now()),
        ...footer(all, open, isMore ? all.length - start - limit : 0, page.at(-1)?.id, setting.terminal),
      ].join('\n'),
      ids: page.map(({ id }) => id),
    };
  },
});

function costsOf({ reprise }: Setting, page: readonly ExecutionSummary[]): Promise<CostRow[]> {
  return Promise.all(page.map(async ({ id }) => (await reprise.costs.report({ execution: id })).totals));
}

function footer(
  all: readonly ExecutionSummary[],
  open: readonly OpenWait[],
  rest: number,
  last: string | undefined,
  { command }: Terminal,
): string[] {
  const lines: string[] = [];
  const of = (...statuses: string[]) => all.filter(({ status }) => statuses.includes(status)).length;
  const asking = all.filter(({ status, waits }) => status === 'waiting' && waits.some((wait) => isOpen(wait, open)));
  const answered = all.filter((execution) => isAnswered(execution, open));
  if (asking.length > 0) lines.push(`${asking.length} waiting: ${command('reprise answer')}`);
  if (answered[0]) lines.push(`${answered.length} answered: ${command(`reprise resume ${answered[0].id}`)}`);
  if (of('failed', 'crashed') > 0)
    lines.push(`${of('failed', 'crashed')} failed or crashed: ${command('reprise show @last-failed')}`);
  if (rest > 0) lines.push(`${counted(rest, 'more execution')}: ${command(`reprise list --cursor ${last}`)}`);
  return lines.length > 0 ? ['', ...lines] : [];
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw usageError(`--limit takes a whole number from 1; it was '${text}'.`, 'reprise list --limit 20');
}
