import type { NamedCall } from '../paths.ts';

/** A call of one execution, and the one of the other that it stands beside. */
export interface Pair {
  readonly a: NamedCall | undefined;
  readonly b: NamedCall | undefined;
}

type Calls = ReadonlyMap<string, NamedCall>;

/**
 * Puts the calls of two executions side by side. An id tells where a call stands: in which scope, and after which
 * call. So those of equal ids belong together; what is left does inside of the same call by kind, name and input, and
 * then by kind and name, in order.
 */
export function align(a: Calls, b: Calls): Pair[] {
  const partner = new Map<string, string>();
  const free = new Set(b.keys());
  const pair = (x: NamedCall, y: NamedCall) => {
    partner.set(x.id, y.id);
    free.delete(y.id);
  };
  for (const call of a.values()) {
    const same = b.get(call.id);
    if (same && keyOf(same) === keyOf(call)) pair(call, same);
  }
  const isBeside = (x: NamedCall, y: NamedCall) =>
    keyOf(x) === keyOf(y) && (x.parent === undefined ? y.parent === undefined : partner.get(x.parent) === y.parent);
  for (const needsDigest of [true, false]) {
    for (const x of a.values()) {
      if (partner.has(x.id)) continue;
      for (const id of free) {
        const y = b.get(id) as NamedCall;
        if (!isBeside(x, y) || (needsDigest && x.entry.start.digest !== y.entry.start.digest)) continue;
        pair(x, y);
        break;
      }
    }
  }
  return inOrder(a, b, partner);
}

function keyOf({ entry: { start } }: NamedCall): string {
  return `${start.kind}\n${start.name}`;
}

/** In the order of the second execution, with what only the first one has where it stood there. */
function inOrder(a: Calls, b: Calls, partner: ReadonlyMap<string, string>): Pair[] {
  const origin = new Map([...partner].map(([x, y]) => [y, x]));
  const left = [...a.values()];
  const placed = new Set<string>();
  const pairs: Pair[] = [];
  let next = 0;
  const addUpTo = (id: string | undefined) => {
    for (; next < left.length && left[next]?.id !== id; next++) {
      const x = left[next] as NamedCall;
      if (!partner.has(x.id)) pairs.push({ a: x, b: undefined });
    }
  };
  for (const y of b.values()) {
    const id = origin.get(y.id);
    const x = id === undefined ? undefined : a.get(id);
    if (x && !placed.has(x.id) && left.indexOf(x) >= next) addUpTo(x.id);
    if (x) placed.add(x.id);
    pairs.push({ a: x, b: y });
  }
  addUpTo(undefined);
  return pairs;
}
