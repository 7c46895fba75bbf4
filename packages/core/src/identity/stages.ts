/** Scopes that come in stages: what is in a lower one was over when a call began in a higher one. */
export class Stages {
  /** Around each scope that has stages: by stage, the highest `seen` of the calls in there. */
  readonly #around = new Map<string, Map<number, number>>();

  /** A call began in this scope, when the program had seen so many outcomes. */
  note(scope: string, seen: number): void {
    for (const { around, stage } of stagesOf(scope)) {
      const stages = this.#around.get(around) ?? new Map<number, number>();
      this.#around.set(around, stages);
      stages.set(stage, Math.max(stages.get(stage) ?? -1, seen));
    }
  }

  /** Whether a call in a higher stage began after this outcome of one in this scope. */
  isBehind(scope: string, order: number): boolean {
    for (const { around, stage } of stagesOf(scope)) {
      for (const [other, seen] of this.#around.get(around) ?? []) if (other > stage && seen > order) return true;
    }
    return false;
  }
}

/** The id of a named scope. Its stage can be told from it. */
export function scopeId(around: string, stage: number | undefined, part: string): string {
  return `${around}/${stage === undefined ? '' : `${stage}.`}${part}`;
}

/** Whether a scope stands in one that is in a lower stage than this one, beside it. */
export function isInLowerStage(scope: string, around: string, stage: number): boolean {
  return stagesOf(scope).some((own) => own.around === around && own.stage < stage);
}

interface Stage {
  readonly around: string;
  readonly stage: number;
}

function stagesOf(scope: string): Stage[] {
  const stages: Stage[] = [];
  for (let at = scope.indexOf('/'); at !== -1; at = scope.indexOf('/', at + 1)) {
    const stage = /^(\d+)\./.exec(scope.slice(at + 1))?.[1];
    if (stage !== undefined) stages.push({ around: scope.slice(0, at), stage: Number(stage) });
  }
  return stages;
}
