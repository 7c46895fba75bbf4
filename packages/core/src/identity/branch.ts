import v8 from 'node:v8';

/**
 * Which async branch the running code is in, told from the promises that led to it: each continuation is named
 * by where in its parent's code the promise was made that it continues. Two branches that went through the
 * same code differ, and each has the same name in every run of the same code, whatever came back first.
 *
 * The runtime reports promises for about 0.1 µs each; where it cannot, branches have no name.
 */

/** Promises are made elsewhere in the runtime's own code from release to release, and branches are named otherwise. */
export const RUNTIME: string = `node ${process.version}`;

/** A run of synchronous code, between one await and the next. */
interface Frame extends Namespace {
  /** How many awaits lie between the last call and here. */
  depth: number;
  /** Functions that were entered here and are not suspended yet, the innermost last. */
  readonly open: Entered[];
}

/** What gives promises their names: each is the n-th one that was made in it. */
interface Namespace {
  /** A hash of the name. */
  hash: number;
  made: number;
}

/** A promise that may be an async function's own: until that is suspended, promises are made inside of it. */
interface Entered extends Namespace {
  readonly promise: Promise<unknown>;
}

// Hands back its argument, so that a subclass adds its private field to any object: invisible to everybody else.
class Any {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what puts the field on a promise
    return object;
  }
}

class Stamp extends Any {
  readonly #depth: number;
  readonly #hash: number;

  constructor(promise: Promise<unknown>, depth: number, hash: number) {
    super(promise);
    this.#depth = depth;
    this.#hash = hash;
  }

  /** The frame in which a promise goes on. */
  static frameOf(promise: Promise<unknown>): Frame | undefined {
    if (!(#hash in promise)) return undefined;
    const stamp = promise as unknown as Stamp;
    return { depth: stamp.#depth, hash: stamp.#hash, made: 0, open: [] };
  }
}

let current: Frame | undefined;
/** The last thing that was made, where it continues another promise: what is taken for suspended because of it. */
let last: { readonly promise: Promise<unknown>; readonly space: Namespace; readonly taken: Entered[] } | undefined;
let users = 0;
let stop: (() => void) | undefined;

function init(promise: Promise<unknown>, parent?: Promise<unknown>): void {
  if (current === undefined) return;
  const { open, depth } = current;
  // What an async function makes before its first await must not change the names of those that are called after
  // it: whether a value is in a cache would decide which branch is which.
  const { by, taken } = suspend(open, parent);
  const space = by ?? open.at(-1) ?? current;
  const hash = nameIn(space);
  last = parent && { promise, space, taken };
  if (!parent) open.push({ promise, hash, made: 0 });
  new Stamp(promise, depth + 1, hash);
}

interface Suspended {
  /** The function that awaits. */
  readonly by: Entered | undefined;
  /** What was entered in it, and itself. */
  readonly taken: Entered[];
}

const NOTHING: Suspended = { by: undefined, taken: [] };

// An await makes a promise that continues the awaited one. The function that awaits is the innermost one that was
// entered before that: what is awaited, and what was made in the meantime, is inside of it.
function suspend(open: Entered[], awaited: Promise<unknown> | undefined): Suspended {
  if (!awaited) return NOTHING;
  const at = open.findIndex(({ promise }) => promise === awaited);
  const own = (at === -1 ? open.length : at) - 1;
  const taken = open.splice(Math.max(0, own));
  return { by: own < 0 ? undefined : taken[0], taken };
}

// Where what is awaited is no promise, the runtime first makes one of it, which is settled at once and whose parent is
// the very function that awaits: that one is still open.
function settled(promise: Promise<unknown>): void {
  if (!current || last?.promise !== promise) return;
  last.space.made--;
  current.open.push(...last.taken);
  last = undefined;
}

function nameIn(space: Namespace): number {
  const hash = Math.imul(space.hash ^ ++space.made, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

function before(promise: Promise<unknown>): void {
  current = Stamp.frameOf(promise);
  last = undefined;
}

function after(): void {
  current = undefined;
  last = undefined;
}

/** Has branches named from now on, until what is returned was called as often as this. */
export function nameBranches(): () => void {
  if (users++ === 0) stop = v8.promiseHooks?.createHook({ init, before, after, settled }) as (() => void) | undefined;
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    if (--users === 0) stop?.();
  };
}

/** The name of the branch since the last call in it. */
export function currentBranch(): string | undefined {
  return current && `${current.depth}.${(current.hash >>> 0).toString(36)}`;
}

/** A call begins here: what follows is named from here on. */
export function startBranch(): void {
  if (!stop) return;
  const frame = newFrame();
  // In a callback that continues no promise nothing tells where it ends; its microtasks come right after.
  if (!current) queueMicrotask(() => leave(frame));
  else for (const [i, { promise }] of current.open.entries()) frame.open.push({ promise, hash: -1 - i, made: 0 });
  current = frame;
}

function newFrame(): Frame {
  return { depth: 0, hash: 0, made: 0, open: [] };
}

function leave(frame: Frame): void {
  if (current === frame) current = undefined;
}

/** Runs the body of a scope, in which branches are named from its start. */
export function inNewBranch<T>(run: () => T): T {
  return withFrame(stop && newFrame(), run);
}

/** Runs code of ours, whose promises must not count as the program's. */
export function outsideOfBranches<T>(run: () => T): T {
  return withFrame(undefined, run);
}

function withFrame<T>(frame: Frame | undefined, run: () => T): T {
  const saved = current;
  current = frame;
  try {
    return run();
  } finally {
    current = saved;
  }
}
