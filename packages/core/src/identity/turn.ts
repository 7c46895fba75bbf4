let turn = 0;
let open = false;

/**
 * The number of the run of synchronous code that is under way. Code that starts several calls without
 * awaiting in between starts them in one turn, in an order that only the code decides.
 */
export function currentTurn(): number {
  if (!open) {
    open = true;
    turn++;
    queueMicrotask(() => {
      open = false;
    });
  }
  return turn;
}
