import { DivergenceError, type DivergenceSide, DriftError } from '../errors/index.ts';
import type { Mismatch } from './matching.ts';

const LONGEST_INPUT = 400;

/** What a divergence message is made of: the mismatch, and both inputs as JSON. */
export interface MismatchReport {
  readonly execution: string;
  readonly version: string | undefined;
  readonly mismatch: Mismatch;
  readonly recordedInput: string | undefined;
}

function cut(text: string): string {
  return text.length > LONGEST_INPUT ? `${text.slice(0, LONGEST_INPUT)}… (${text.length} characters)` : text;
}

/** Where two inputs begin to differ, with a little of what stands around it. */
function firstDifference(recorded: string, actual: string): string {
  let at = 0;
  while (at < recorded.length && recorded[at] === actual[at]) at++;
  const around = (text: string) => `…${text.slice(Math.max(0, at - 20), at + 40)}…`;
  return `at character ${at}: recorded ${around(recorded)}, now ${around(actual)}`;
}

const REASONS: Record<Mismatch['reason'], { what: string; next: string }> = {
  drift: {
    what: 'a call came with another input, or another call was put in before it',
    next: "Make the input the same again (now(), random() and uuid() give the same values on resume), or set onDrift on the flow: 'reuse' (serve the recorded outcome) or 'rerun' (make the call again).",
  },
  'unproven-drift': {
    what: 'a call came with another input, and after work that is not recorded (a request, a file, a timer) its place does not prove that it is the same one',
    next: "Put that work into a checkpoint, or choose onDrift: 'reuse' (serve the recorded outcome) or 'rerun' (make the call again) for this flow.",
  },
  ambiguous: {
    what: 'several recorded calls had this name and this input and ran at the same time, and nothing tells which of them this one is',
    next: "Give parallel branches an input that tells them apart (an index is enough), or set onDivergence: 'rerun' on the flow to make the call again.",
  },
  unexplained: {
    what: 'the code makes a call where the journal has another one: a call was added, removed, renamed or moved',
    next: "Bring the code back to what it was, or set onDivergence: 'rerun' on the flow to make this call and go on with what still fits; then resume.",
  },
};

function sideText({ kind, name, id, input }: DivergenceSide): string {
  return `${kind} '${name}'${id ? ` (${id})` : ''}${input === undefined ? '' : ` with input ${input}`}`;
}

/** The error about a call that the journal cannot explain: both sides, the first difference, what to do. */
export function mismatchError(report: MismatchReport): DivergenceError {
  const { mismatch, execution } = report;
  const {
    call,
    recorded: { start },
  } = mismatch;
  const recorded: DivergenceSide = {
    kind: start.kind,
    name: start.name,
    id: start.id,
    input: report.recordedInput === undefined ? undefined : cut(report.recordedInput),
  };
  const actual: DivergenceSide = {
    kind: call.kind,
    name: call.name,
    id: undefined,
    input: cut(mismatch.input),
  };
  const { what, next } = REASONS[mismatch.reason];
  const isSameName = start.kind === call.kind && start.name === call.name;
  const difference =
    isSameName && report.recordedInput !== undefined && report.recordedInput !== mismatch.input
      ? `\n  differs  ${firstDifference(report.recordedInput, mismatch.input)}`
      : '';
  const message =
    `Execution ${execution} diverged: ${what}.\n` +
    `  recorded ${sideText(recorded)}${report.version ? ` (version ${report.version} of the flow)` : ''}\n` +
    `  now      ${sideText(actual)}${difference}\n` +
    `Nothing was run and nothing is lost. ${next}`;
  const ErrorType = mismatch.reason.endsWith('drift') ? DriftError : DivergenceError;
  return new ErrorType(execution, message, { recorded, actual });
}
