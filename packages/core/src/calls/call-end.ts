import type { CallEnd } from '../journal/records.ts';

/** What was used is for the books: failing to tell it must not fail the call. */
export function usageOf(read: () => CallEnd['usage'] | undefined): CallEnd['usage'] | undefined {
  try {
    const usage = read();
    return usage && (JSON.parse(JSON.stringify(usage)) as CallEnd['usage']);
  } catch {
    return undefined;
  }
}

/** What an error says of its call: with a status of HTTP for errors, the other side has answered and done nothing. */
export function refusalIn(error: unknown): Pick<CallEnd, 'refused'> {
  const { status, statusCode = status } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? { refused: true } : {};
}
