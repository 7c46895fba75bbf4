import { BudgetExceededError, UncountableCallError } from '@reprise/core';
import { carryFailure } from '@reprise/core/adapter';
import { type Exchange, responseOf } from '../http/exchange.ts';
import { asAbort } from './signals.ts';

/**
 * An answer that is no success. It is thrown inside of the call: a failure that the program went on after is served
 * again, and one that ended it is tried again on resume.
 */
export class RefusedError extends Error {
  readonly exchange: Exchange;
  /** What the client has not seen yet of a stream in which the server itself told that it failed. */
  readonly rest?: string;

  constructor(exchange: Exchange, request: string, rest?: string) {
    super(`${request} was answered with ${exchange.status} ${exchange.statusText}`.trimEnd());
    this.name = 'RefusedError';
    this.exchange = exchange;
    if (rest !== undefined) this.rest = rest;
  }

  get status(): number {
    return this.exchange.status;
  }

  /** The answer behind an error, also behind one that comes from the journal. */
  static exchangeOf(error: unknown): Exchange | undefined {
    if (!(error instanceof Error) || error.name !== 'RefusedError') return undefined;
    return (error as Partial<RefusedError>).exchange;
  }
}

/** What the client is to see of an error inside of a call. */
export function refused(error: unknown, isLive: boolean): Response {
  if (BudgetExceededError.isInstance(error) || UncountableCallError.isInstance(error)) return unpaid(error);
  const exchange = RefusedError.exchangeOf(error);
  if (!exchange) throw asAbort(error);
  const response = responseOf(isLive ? exchange : withoutPause(exchange));
  // The client's error has them, and nothing else of what is given to it.
  carryFailure(error, response.headers);
  return response;
}

// What `fetch` throws the client takes for a broken connection, and tries again. This it throws as it is.
function unpaid({ message, code }: BudgetExceededError | UncountableCallError): Response {
  const error = { message, code, type: 'budget', param: null };
  return Response.json({ error }, { status: 402, headers: { 'x-should-retry': 'false' } });
}

// The client waited then; it need not wait again.
function withoutPause(exchange: Exchange): Exchange {
  const headers = exchange.headers.filter(([name]) => !name.startsWith('retry-after'));
  return { ...exchange, headers: [...headers, ['retry-after-ms', '1']] };
}
