import { stripVTControlCharacters } from 'node:util';
import truncatedWidth from 'fast-string-truncated-width';

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return truncatedWidth(text).width;
}

/** What was recorded may hold anything: on one line, with nothing in it that a terminal would obey. */
export function line(text: string): string {
  return harmless(text).replace(/\s+/g, ' ').trim();
}

/** Without what a terminal would obey, lines kept. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** Cut to so many columns, with a sign that it was. */
export function shorten(text: string, width: number): string {
  if (width === Number.POSITIVE_INFINITY || widthOf(text) <= width) return text;
  const { index } = truncatedWidth(text, { limit: Math.max(0, width - 1), ellipsis: '' });
  return `${text.slice(0, index)}…`;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + gap : gap + text;
}

/** A text in lines of at most so many columns, broken between words. */
export function wrap(text: string, width: number): string[] {
  if (width === Number.POSITIVE_INFINITY) return text.split('\n');
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let current = '';
    for (const word of paragraph.split(' ')) {
      const joined = current === '' ? word : `${current} ${word}`;
      if (current !== '' && widthOf(joined) > width) {
        lines.push(current);
        current = word;
      } else current = joined;
    }
    return [...lines, current];
  });
}

export function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}
