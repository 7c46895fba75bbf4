import type { CallEnd, CallStart } from '../journal/records.ts';

const warned = new Set<string>();

/** What was used is for the books: failing to tell it must not fail the call, but somebody should hear of it. */
export function usageOf(
  { kind, name }: Pick<CallStart, 'kind' | 'name'>,
  read: () => CallEnd['usage'] | undefined,
): CallEnd['usage'] | undefined {
  try {
    const usage = read();
    if (usage === undefined || usage === null) return undefined;
    const plain: unknown = JSON.parse(JSON.stringify(usage));
    if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) return plain as CallEnd['usage'];
    throw new TypeError(`it gave ${JSON.stringify(plain)}, and no object`);
  } catch (error) {
    const whose = `${kind} '${name}'`;
    if (!warned.has(whose)) {
      warned.add(whose);
      process.emitWarning(
        `usage() of ${whose} failed, so nobody knows what the call cost: ${String(error)}. It is to give what the provider says, as plain data.`,
        { type: 'UsageWarning', code: 'REPRISE_USAGE' },
      );
    }
    return undefined;
  }
}

/** What an error says of its call: with a status of HTTP for errors, the other side has answered and done nothing. */
export function refusalIn(error: unknown): Pick<CallEnd, 'refused'> {
  const { status, statusCode = status } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? { refused: true } : {};
}
