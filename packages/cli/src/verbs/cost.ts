import { type CostFormat, type CostGroup, type CostReport, type Prices, Reprise, renderCosts } from '@reprise/core';
import { typedValue } from '../arguments/json.ts';
import { timeAgo } from '../arguments/time.ts';
import { type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { withExecution } from '../find/open.ts';
import { storeToRead } from '../find/store.ts';
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
    prices: { value: 'json', says: 'prices of your own, as configure({ prices }) takes them: JSON, or @file' },
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
    return withPrices(setting, given.prices, async (priced) => {
      const { reprise, terminal } = priced;
      if (typed === undefined) return outcomeOf(await reprise.costs.report(query), format, terminal);
      return withExecution(priced, typed, async (one, execution) =>
        outcomeOf(await one.reprise.costs.report({ ...query, execution }), format, terminal),
      );
    });
  },
});

/** The setting with an engine that knows these prices, too. */
async function withPrices<T>(
  setting: Setting,
  typed: string | undefined,
  look: (setting: Setting) => Promise<T>,
): Promise<T> {
  if (typed === undefined) return look(setting);
  const prices = (await typedValue(typed, '--prices')) as Prices;
  const reprise = new Reprise({ store: storeToRead(setting.store), prices });
  try {
    return await look({ ...setting, reprise, prices });
  } finally {
    await reprise.close();
  }
}

function outcomeOf(report: CostReport, format: CostFormat, { width, hasColour }: Terminal): Outcome {
  const room = Number.isFinite(width) ? { width: Math.max(NARROWEST, width) } : {};
  const text = renderCosts(report, { format, ...(format === 'table' ? { ...room, colour: hasColour } : {}) });
  return { item: JSON.parse(renderCosts(report, { format: 'json' })), text };
}
