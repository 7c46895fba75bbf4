import { type Outcome, type Setting, type Verb, verb } from '../command/verb.ts';
import { selectCall } from '../find/calls.ts';
import { familyOf } from '../find/family.ts';
import { withExecution } from '../find/open.ts';
import { openWaits } from '../find/open-waits.ts';
import { callText } from '../render/call.ts';
import { treeOf } from '../render/call-tree.ts';
import { moneyJson } from '../render/money.ts';
import { callJson, recordJson } from '../render/record.ts';
import { showText } from '../render/show.ts';

export const show: Verb = verb({
  name: 'show',
  alias: 'get',
  summary: 'show an execution: how it stands, its calls, what failed, and what to do next',
  takes: '<id>',
  options: {
    call: { value: 'call', says: 'print input and output of this call in full: its id, name, or name#2' },
  },
  examples: ['reprise show @last', 'reprise show otters-1 --call research', 'reprise show otters-1.reprise.json'],
  run: (setting, [typed = ''], given) => withExecution(setting, typed, (where, id) => look(where, id, given.call)),
});

async function look({ reprise, terminal }: Setting, id: string, selector: string | undefined): Promise<Outcome> {
  const family = await familyOf(reprise, id);
  const { root } = family;
  if (selector !== undefined) {
    const call = selectCall(treeOf(family), selector, id);
    return { item: callJson(call), text: callText(call, root.status === 'running', terminal), ids: [call.id] };
  }
  const costs = await reprise.costs.report({ execution: id, by: 'call' });
  const open = await openWaits({ reprise }, [root]);
  const children = [...family.children.values()].map(recordJson);
  return {
    item: { ...recordJson(root), cost: moneyJson(costs.totals), children },
    text: showText(family, costs, open, terminal, Date.now()),
    ids: [id],
  };
}
