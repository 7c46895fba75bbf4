import type { Request } from './request.ts';
import type { Surface } from './surface.ts';

export type Fetch = (input: string | URL | globalThis.Request, init?: RequestInit) => Promise<Response>;

/** A request on its way: what it is, and how it is made. */
export interface Outgoing {
  readonly fetch: Fetch;
  readonly input: string | URL | globalThis.Request;
  readonly init: RequestInit;
  readonly request: Request;
  readonly surface: Surface;
  /** Who answers. */
  readonly provider: string;
  /** Whether to ask for the usage of streams; by the host where it is not said. */
  readonly streamUsage: boolean | undefined;
}
