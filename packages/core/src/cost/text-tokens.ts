const CHARACTERS_PER_TOKEN = 4;
const DEEPEST = 100;

/**
 * About how many tokens the texts of a request are at least. Only what has white space in it is taken for text: the rest
 * are names and ids, of which a provider may see little, or pictures and other data in text's clothes.
 */
export function textTokens(input: unknown): number {
  return Math.ceil(charactersIn(input, 0) / CHARACTERS_PER_TOKEN);
}

function charactersIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return /\s/.test(value) ? value.length : 0;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > DEEPEST) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part, depth + 1), 0);
}
