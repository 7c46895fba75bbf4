/** One page of SCAN: the next cursor, `0` at the end, and the keys found. */
export type ScanPage = (cursor: string, pattern: string, count: number) => Promise<{ cursor: string; keys: string[] }>;

/** All keys with the prefix, without the head that stands before each in the database. */
export async function scanKeys(scan: ScanPage, head: string, prefix: string): Promise<string[]> {
  const found = new Set<string>();
  const pattern = `${(head + prefix).replace(/[*?[\]\\]/g, '\\$&')}*`;
  let cursor = '0';
  do {
    const page = await scan(cursor, pattern, 1_000);
    // SCAN may name a key twice.
    for (const key of page.keys) found.add(key.slice(head.length));
    cursor = page.cursor;
  } while (cursor !== '0');
  return [...found];
}
