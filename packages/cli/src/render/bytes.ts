const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** An amount of data: `512 B`, `4.2 kB`, `13 MB`. */
export function bytes(amount: number): string {
  let size = amount;
  let unit = 0;
  while (size >= 1_000 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit++;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
