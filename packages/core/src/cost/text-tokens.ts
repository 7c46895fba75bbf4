const CHARACTERS_PER_TOKEN = 4;
/** Text of this length has spaces in it; what has none is a picture, or other data in text's clothes. */
const LONGEST_WORD = 1_000;
const DEEPEST = 100;

/** About how many tokens the texts of a request are. What is no text cannot be told, and is not counted. */
export function textTokens(input: unknown): number {
  return Math.ceil(charactersIn(input, 0) / CHARACTERS_PER_TOKEN);
}

function charactersIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return isText(value) ? value.length : 0;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > DEEPEST) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part, depth + 1), 0);
}

function isText(text: string): boolean {
  return text.length <= LONGEST_WORD || /\s/.test(text.slice(0, LONGEST_WORD));
}
