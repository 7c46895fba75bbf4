import type { CostRow } from '@reprise/core';

const PER_DOLLAR = 1_000_000_000n;

/** Nano-dollars for people, with 2 to 6 decimals; what there is of is never shown as 0. */
export function usd(nano: bigint): string {
  const decimals = nano >= PER_DOLLAR ? 2 : nano >= PER_DOLLAR / 100n ? 4 : 6;
  const unit = 10n ** BigInt(9 - decimals);
  const shown = (nano + unit / 2n) / unit;
  if (nano > 0n && shown === 0n) return '<$0.000001';
  const digits = shown.toString().padStart(decimals + 1, '0');
  const cents = digits.slice(-decimals).replace(/0+$/, '').padEnd(2, '0');
  return `$${digits.slice(0, -decimals)}.${cents}`;
}

/** What calls cost together; what has no known price is said, and not counted as 0. */
export function costText({ attempts, unpriced, estimated, nanoUsd }: CostRow): string {
  if (attempts === 0) return '-';
  if (unpriced === attempts) return 'unpriced';
  return `${unpriced > 0 ? '>=' : estimated > 0 ? '~' : ''}${usd(nanoUsd)}`;
}

export function savedText({ savedCalls, savedUnpriced, savedNanoUsd }: CostRow): string | undefined {
  if (savedCalls === 0) return undefined;
  if (savedUnpriced === savedCalls) return 'an unknown amount';
  return `${savedUnpriced > 0 ? '>=' : ''}${usd(savedNanoUsd)}`;
}

/** The same with its amount as all JSON of the command has it: as text, and `null` where it is not known. */
export function amountJson<T extends { readonly nanoUsd?: number | undefined }>(
  of: T,
): Omit<T, 'nanoUsd'> & { nanoUsd: string | null } {
  return { ...of, nanoUsd: of.nanoUsd?.toString() ?? null };
}

/** Amounts for programs: exact, as text; `null` where nothing is known. */
export function moneyJson({ attempts, unpriced, nanoUsd, savedNanoUsd, savedCalls, savedUnpriced }: CostRow): object {
  return {
    nanoUsd: attempts > 0 && unpriced === attempts ? null : nanoUsd.toString(),
    savedNanoUsd: savedCalls > 0 && savedUnpriced === savedCalls ? null : savedNanoUsd.toString(),
    calls: attempts,
    unpriced,
  };
}
