import type { CostGroup, CostReport } from '@reprise/core';
import { withExecution } from '../command/open.ts';
import { timeAgo } from '../command/time.ts';
import { type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { costText } from '../render/money.ts';

const GROUPS = ['call', 'execution', 'flow', 'model', 'day'] as const;

export const cost: Verb = verb({
  name: 'cost',
  summary: 'what model calls cost, and what was saved because they were not made again',
  takes: '[id]',
  options: {
    by: { value: 'what', choices: GROUPS, says: 'rows for: call (of one execution), execution, flow, model, day' },
    flow: { value: 'name', says: 'only executions of this flow' },
    since: { value: 'time', says: 'only since then: 2h, 30d, 2026-11-25' },
  },
  examples: ['reprise cost @last', 'reprise cost --by model --since 30d'],
  async run(setting, [typed], given) {
    const { flow, since } = given;
    const query = {
      ...(given.by === undefined ? {} : { by: given.by as CostGroup }),
      ...(flow === undefined ? {} : { flow }),
      ...(since === undefined ? {} : { since: timeAgo(since, 'since', Date.now()) }),
    };
    if (typed === undefined) return outcomeOf(await setting.reprise.costs.report(query), setting);
    return withExecution(setting, typed, async (where, execution) =>
      outcomeOf(await where.reprise.costs.report({ ...query, execution }), where),
    );
  },
});

function outcomeOf(report: CostReport, _setting: Setting): Outcome {
  return { item: {}, text: costText(report.totals) };
}
