import { type Check, checkOptions, isFlag, isText } from '@reprise/core/adapter';

export interface DurableOptions {
  /**
   * Asks the server to say at the end of a streamed chat what was used (`stream_options.include_usage`), unseen by the
   * program. @default true for OpenAI and Azure, false for other hosts, some of which refuse it
   */
  readonly streamUsage?: boolean;
  /**
   * Who answers, for the price: a name that the price list has, such as `'openai'`, where requests go through a proxy.
   * @default by the host: OpenAI, Azure, and others that are known; else the address of the host
   */
  readonly provider?: string;
}

const CHECKS: Readonly<Record<string, Check>> = { streamUsage: isFlag, provider: isText };

/** Refuses options that are unknown or do not fit. */
export function checkDurableOptions(options: DurableOptions): void {
  checkOptions(options, 'durable()', CHECKS);
}
