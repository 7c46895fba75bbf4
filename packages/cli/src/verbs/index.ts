import type { Verb } from '../command/verb.ts';
import { answer } from './answer.ts';
import { cancel } from './cancel.ts';
import { completion } from './completion.ts';
import { cost } from './cost.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { exportVerb } from './export.ts';
import { importVerb } from './import.ts';
import { list } from './list.ts';
import { prune } from './prune.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { rm } from './rm.ts';
import { run } from './run.ts';
import { show } from './show.ts';
import { watch } from './watch.ts';

/** Everything that the command does, in the order of its help. */
export const verbs: readonly Verb[] = [
  run,
  list,
  show,
  watch,
  resume,
  answer,
  replay,
  diff,
  cost,
  cancel,
  rm,
  prune,
  exportVerb,
  importVerb,
  doctor,
  completion,
];
