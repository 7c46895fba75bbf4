import { type Block, blockOf, isFinished } from '../http/event-stream.ts';
import type { Head } from '../http/exchange.ts';

/** A part of an answer that comes piece by piece: first its head, then blocks of an event stream. */
export type Piece =
  | { readonly head: Head }
  | { readonly text: string }
  /** All of an answer that the server does not call an event stream. */
  | { readonly text: string; readonly isWhole: true }
  /** Told by the server on our demand, for the books; the client has not asked for it. */
  | { readonly hidden: string };

/** What was told in a piece. */
export function textOf(piece: Exclude<Piece, { head: Head }>): string {
  return 'text' in piece ? piece.text : piece.hidden;
}

/** Whether an answer is over with this piece. */
export function isLast(piece: Piece): boolean {
  return 'text' in piece && ('isWhole' in piece || isEnd(blockOf(piece.text)));
}

/** Whether an answer is over with this. Tools are asked for in the last block before the end. */
export function isEnd(block: Block): boolean {
  return block.end === 'complete' || isFinished(block);
}
