import { type CostFormat, type CostGroup, type CostReport, renderCosts } from '@reprise/core';
import { timeAgo } from '../arguments/time.ts';
import { type Outcome, type Verb, verb } from '../command/verb.ts';
import { withExecution } from '../find/open.ts';
import type { Terminal } from '../terminal/terminal.ts';

const GROUPS = ['call', 'execution', 'flow', 'model', 'day'] as const;
const FORMATS = ['table', 'markdown', 'csv'] as const;
/** The narrowest table that there is. */
const NARROWEST = 40;

export const cost: Verb = verb({
  name: 'cost',
  summary: 'what model calls cost, and what was saved because they were not made again',
  takes: '[id]',
  options: {
    by: { value: 'what', choices: GROUPS, says: 'rows for: call (of one execution), execution, flow, model, day' },
    flow: { value: 'name', says: 'only executions of this flow' },
    since: { value: 'time', says: 'only since then: 2h, 30d, 2026-11-25' },
    format: { value: 'format', choices: FORMATS, says: 'table (default), markdown or csv' },
  },
  examples: [
    'reprise cost @last',
    'reprise cost --by model --since 30d',
    'reprise cost --by day --format csv > costs.csv',
  ],
  async run(setting, [typed], given) {
    const { flow, since } = given;
    const format = (given.format ?? 'table') as CostFormat;
    const query = {
      ...(given.by === undefined ? {} : { by: given.by as CostGroup }),
      ...(flow === undefined ? {} : { flow }),
      ...(since === undefined ? {} : { since: timeAgo(since, 'since', Date.now()) }),
    };
    const { terminal } = setting;
    if (typed === undefined) return outcomeOf(await setting.reprise.costs.report(query), format, terminal);
    return withExecution(setting, typed, async ({ reprise }, execution) =>
      outcomeOf(await reprise.costs.report({ ...query, execution }), format, terminal),
    );
  },
});

function outcomeOf(report: CostReport, format: CostFormat, { width, hasColour }: Terminal): Outcome {
  const room = Number.isFinite(width) ? { width: Math.max(NARROWEST, width) } : {};
  const text = renderCosts(report, { format, ...(format === 'table' ? { ...room, colour: hasColour } : {}) });
  return { item: JSON.parse(renderCosts(report, { format: 'json' })), text };
}
