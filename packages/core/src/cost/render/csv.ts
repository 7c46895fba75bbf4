import type { CostReport, CostRow } from '../report.ts';
import { exactAmounts, exactUsd } from './exact.ts';

type Cell = string | number | bigint | undefined;

/**
 * The columns, in an order that stays: new ones come at the end. What is not known is empty. Where `unpriced` or
 * `saved_unpriced` is not 0, the amount is the least that it may have been.
 */
const COLUMNS: Readonly<Record<string, (row: CostRow) => Cell>> = {
  key: ({ key }) => key,
  name: ({ name }) => name,
  execution: ({ execution }) => execution,
  model: ({ model }) => model,
  status: ({ status }) => status,
  calls: ({ attempts }) => attempts,
  failed: ({ failed }) => failed,
  possibly_paid: ({ possiblyPaid }) => possiblyPaid,
  unpriced: ({ unpriced }) => unpriced,
  estimated: ({ estimated }) => estimated,
  input_tokens: ({ usage }) => usage.inputTokens,
  cache_read_input_tokens: ({ usage }) => usage.cacheReadInputTokens,
  cache_creation_input_tokens: ({ usage }) => usage.cacheCreationInputTokens,
  output_tokens: ({ usage }) => usage.outputTokens,
  reasoning_output_tokens: ({ usage }) => usage.reasoningOutputTokens,
  usd: (row) => exactUsd(exactAmounts(row).nanoUsd),
  nano_usd: (row) => exactAmounts(row).nanoUsd,
  saved_calls: ({ savedCalls }) => savedCalls,
  saved_unpriced: ({ savedUnpriced }) => savedUnpriced,
  saved_usd: (row) => exactUsd(exactAmounts(row).savedNanoUsd),
  saved_nano_usd: (row) => exactAmounts(row).savedNanoUsd,
  resumed_calls: ({ resumedCalls }) => resumedCalls,
  resumed_usd: (row) => exactUsd(exactAmounts(row).resumedNanoUsd),
  resumed_nano_usd: (row) => exactAmounts(row).resumedNanoUsd,
  milliseconds: ({ milliseconds }) => milliseconds,
  cost_status: ({ cost }) => cost?.status,
  resumed_unpriced: ({ resumedUnpriced }) => resumedUnpriced,
};

/** The rows after RFC 4180, without the totals, so that a column can be summed. */
export function toCsv({ rows }: CostReport): string {
  const lines = [Object.keys(COLUMNS), ...rows.map((row) => Object.values(COLUMNS).map((cell) => field(cell(row))))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

// What a spreadsheet would compute; the apostrophe makes it text.
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

function field(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell ?? '');
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
