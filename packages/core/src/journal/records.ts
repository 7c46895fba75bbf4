/** What one durable unit of an execution is. */
export type CallKind = 'llm' | 'tool' | 'checkpoint' | 'wait' | 'flow';

/** Where a call stands. Two calls of one execution never share a place. */
export interface Place {
  /** The id of the enclosing scope; the execution's own is empty. */
  readonly scope: string;
  /** The id of the call after which this one began in its own async branch; the scope's id when it is the first. */
  readonly cause: string;
  /** Which of the async branches that lead on from the cause; missing where the runtime could not tell. */
  readonly branch?: string;
  readonly kind: CallKind;
  readonly name: string;
  /** How many calls of this kind and name had begun before it, after the same cause in the same branch. */
  readonly n: number;
}

/** A point between two calls, at which code asked for the time or wrote to the log. */
export interface Spot {
  readonly scope: string;
  readonly cause: string;
  readonly branch?: string;
  readonly n: number;
}

/** What is known of a call when it begins. */
export interface CallStart extends Place {
  readonly id: string;
  /** The call whose outcome set this one off, with nothing but the program's own steps in between. */
  readonly trigger?: string;
  /** Calls of one turn began in one run of synchronous code. */
  readonly turn: number;
  readonly digest: string;
  readonly shape?: string;
  /** How many outcomes the program had seen when this call began. */
  readonly seen: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Tells it from the call that was recorded in this place first: it was made again because its input had changed. */
  readonly variant?: string;
  /** The call must not be repeated when its outcome is unknown. */
  readonly once?: true;
  readonly wait?: WaitDetails;
  /** The execution that recorded it, where a replay has taken it over from there. */
  readonly source?: string;
  /** What a replay has changed about it. */
  readonly override?: OverrideKind;
}

/** What a replay may change about a call that it makes, or has in place of making it. */
export type OverrideKind = 'output' | 'error' | 'input' | 'model' | 'input, model';

/** Whether the outcome is a replay's own, so that the call is not made. */
export function isReplaced({ override }: Pick<CallStart, 'override'>): boolean {
  return override === 'output' || override === 'error';
}

/** A call that a replay changes; its new input, or its outcome, follow as texts of their own. */
export interface CallOverride {
  /** The call, where it comes in its recorded place. */
  readonly id: string;
  readonly kind: CallKind;
  readonly name: string;
  readonly what: OverrideKind;
  readonly model?: string;
  /** The outcome is a row of chunks. */
  readonly stream?: true;
  /** The only one of its name: where it does not come in its place, the first call of that name is meant. */
  readonly sole?: true;
}

/** What a call is to the outside: its id, and which variant it is where its input has made it another one. */
export function callKey({ id, variant }: Pick<CallStart, 'id' | 'variant'>): string {
  return variant === undefined ? id : `${id}-${variant}`;
}

export interface WaitDetails {
  /** Unique in the execution: the wait's name, with `#2`, `#3`, … when it was used again. */
  readonly as: string;
  readonly question?: string;
  readonly until?: number;
  readonly sleep?: true;
  /** JSON Schema of the answer. */
  readonly schema?: unknown;
}

/** One try of a call that was tried again. */
export interface Attempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
  readonly error?: { readonly name: string; readonly message: string };
}

/** What a call ended with, beside the value itself. */
export interface CallEnd {
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly attempts?: readonly Attempt[];
  readonly usage?: Readonly<Record<string, unknown>>;
  /** Who answered a wait. */
  readonly by?: string;
  /** The value is a row of chunks, to be served as a stream. */
  readonly stream?: true;
}

/** How the process that holds an execution can be recognised. */
export interface Owner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/** An owner takes hold of an execution. */
export interface Epoch {
  readonly epoch: number;
  readonly owner: Owner;
  /** Until when it holds the execution without renewing. */
  readonly until: number;
  readonly at: number;
  /** What ran it. Branches have the same names only in the same release of a runtime. */
  readonly runtime: string;
  /** How the execution stood when it was taken hold of again; `running` where its process was gone. */
  readonly after?: 'running' | 'waiting' | 'failed' | 'replay';
}

/** How an execution came to be. */
export interface Origin {
  readonly flow: string;
  readonly version?: string;
  /** Digest of the input. */
  readonly digest: string;
  /** What `random()` and `uuid()` are drawn from. */
  readonly seed: string;
  readonly parent?: string;
  readonly at: number;
  readonly replay?: ReplayOrigin;
}

/** What a replay was made from. */
export interface ReplayOrigin {
  readonly of: string;
  /** The call from which it is played again; missing: from the beginning. */
  readonly from?: string;
  /** How many of the outcomes that were taken over had ended before that call; the program is handed them first. */
  readonly before: number;
  /** Inputs are meant to change: what comes with another one is made again. */
  readonly changes: boolean;
  /** Digest of all that was asked for. */
  readonly request: string;
}

/** The records of a journal. `input` and `value` follow as texts of their own. */
export type RecordHead =
  | ({ readonly t: 'origin' } & Origin)
  | ({ readonly t: 'epoch' } & Epoch)
  | ({ readonly t: 'begun' } & CallStart)
  | ({ readonly t: 'call' } & CallStart & CallEnd)
  | ({ readonly t: 'ended'; readonly id: string } & CallEnd)
  | { readonly t: 'drift'; readonly id: string; readonly digest: string; readonly at: number }
  | { readonly t: 'refused'; readonly id: string; readonly attempt: number; readonly reason: string }
  /** A call that had begun is being made once more. */
  | { readonly t: 'again'; readonly id: string; readonly at: number }
  /** These calls had their recorded outcomes served, in this epoch. */
  | { readonly t: 'served'; readonly ids: readonly string[] }
  | ({ readonly t: 'override' } & CallOverride)
  /** An outcome that was taken over from after the point of the replay has been handed out. */
  | { readonly t: 'reused'; readonly id: string }
  | { readonly t: 'shown'; readonly id: string; readonly chunks: number }
  | ({ readonly t: 'log'; readonly at: number } & Spot)
  | ({ readonly t: 'time'; readonly ms: number } & Spot)
  | { readonly t: 'list'; readonly id: string; readonly from?: { id: string; n: number }; readonly length: number }
  | { readonly t: 'end'; readonly status: 'completed' | 'failed' | 'cancelled'; readonly at: number };

/** A text that stands in the record, or one that is kept apart for its size. */
export type Payload = string | { readonly blob: string; readonly size: number };

/** One record of a journal, as it is written and read. */
export interface JournalRecord {
  readonly head: RecordHead;
  readonly input?: Payload;
  readonly value?: Payload;
}
