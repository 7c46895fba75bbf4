// Tells what happens in a process, line by line. Calls served in a row are told together: there is nothing to wait for.

import type { ExecutionEvent, ObservedCall } from '@reprise/core';
import { count, dim, green, line, pad, red, tokensOf, yellow } from './screen.ts';

export class Narrator {
  readonly #start = performance.now();
  #served: ObservedCall[] = [];

  tell(event: ExecutionEvent): void {
    if (event.type === 'served') {
      this.#served.push(event.call);
      return;
    }
    this.#tellServed();
    if (event.type === 'made') {
      this.#say(green(event.call.kind === 'wait' ? 'answered' : 'made'), event.call, usageOf(event.call));
    } else if (event.type === 'repeated') this.#say(yellow('again'), event.call, dim('it was in flight at the kill'));
    else if (event.type === 'waiting') {
      this.#say(yellow('waits'), { kind: 'wait', name: event.waits.map(({ name }) => name).join(', ') });
    } else if (event.type === 'completed') this.#say(green('completed'));
    else if (event.type === 'failed') this.#say(red('failed'), undefined, String(event.error));
  }

  #tellServed(): void {
    if (this.#served.length === 0) return;
    const tokens = this.#served.reduce((sum, { usage }) => sum + tokensOf(usage), 0);
    const calls = `${count(this.#served.length, 'call')} from the journal`;
    this.#say(dim('served'), undefined, `${calls}, ${count(tokens, 'token')} not paid again`);
    this.#served = [];
  }

  #say(what: string, call?: { kind: string; name: string }, more = ''): void {
    const seconds = `${((performance.now() - this.#start) / 1000).toFixed(2).padStart(7)} s`;
    const who = call ? `${call.kind.padEnd(10)}  ${call.name.padEnd(11)}  ` : '';
    line(`${dim(seconds)}  ${pad(what, 9)}  ${who}${more}`.trimEnd());
  }
}

function usageOf({ usage }: ObservedCall): string {
  return usage ? dim(count(tokensOf(usage), 'token')) : '';
}
