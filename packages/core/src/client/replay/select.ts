import { UsageError } from '../../errors/index.ts';
import type { NamedCall } from '../paths.ts';

const MOST_CHOICES = 20;

/** The call that a selector means: its path, its name where it is the only one, `name#2`, or its id. */
export function select(calls: ReadonlyMap<string, NamedCall>, selector: string, execution: string): NamedCall {
  const all = [...calls.values()];
  const byId = calls.get(selector);
  if (byId) return byId;
  const byName = all.filter(({ entry }) => entry.start.name === selector || entry.start.wait?.as === selector);
  // Where there are several, the path of the first one is nothing but that name.
  const found = byName.length > 0 ? byName : all.filter((call) => call.path === selector || isNumbered(call, selector));
  const [call, another] = found;
  if (!call) {
    throw new UsageError(`Execution ${execution} has no call '${selector}'. It has: ${choices(all)}.`);
  }
  if (another) {
    throw new UsageError(
      `Execution ${execution} has ${found.length} calls that '${selector}' may mean. Name one of them: ${choices(found)}.`,
    );
  }
  return call;
}

function isNumbered({ entry, number }: NamedCall, selector: string): boolean {
  return selector === `${entry.start.name}#${number}`;
}

function choices(calls: readonly NamedCall[]): string {
  if (calls.length === 0) return 'none';
  const shown = calls.slice(0, MOST_CHOICES).map(choice);
  if (calls.length > MOST_CHOICES) shown.push(`and ${calls.length - MOST_CHOICES} more`);
  return shown.join(', ');
}

function choice({ id, path, number, entry: { start } }: NamedCall): string {
  const isPlain = path === start.name || path === `${start.name}#${number}`;
  return isPlain ? `'${start.name}#${number}' (${id})` : `'${path}' (${id})`;
}
