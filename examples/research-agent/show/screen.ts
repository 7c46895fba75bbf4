// How the show looks: plain lines and a little colour, none of it where NO_COLOR is set or the output is no terminal.

import { stripVTControlCharacters, styleText } from 'node:util';
import type { ObservedCall } from '@reprise/core';

const WIDTH = 96;

export const bold = (text: string): string => styleText('bold', text);
export const dim = (text: string): string => styleText('dim', text);
export const green = (text: string): string => styleText('green', text);
export const yellow = (text: string): string => styleText('yellow', text);
export const red = (text: string): string => styleText('red', text);

export function line(text = ''): void {
  console.log(text);
}

export function heading(text: string): void {
  line(`\n${bold(text)}`);
}

/** Text in lines that fit the page. */
export function prose(text: string): void {
  for (const paragraph of text.split('\n')) {
    let current = ' ';
    for (const word of paragraph.split(' ')) {
      if (current.length + word.length + 1 > WIDTH) {
        line(current);
        current = ' ';
      }
      current += ` ${word}`;
    }
    line(current.trimEnd());
  }
}

/** `1 call`, `3 calls`, `1,200 tokens`. */
export function count(n: number, thing: string): string {
  return `${n.toLocaleString('en-US')} ${thing}${n === 1 ? '' : 's'}`;
}

/** Coloured text, as wide as a column. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
}

export function tokensOf(usage: ObservedCall['usage']): number {
  return Number(usage?.inputTokens ?? 0) + Number(usage?.outputTokens ?? 0);
}
