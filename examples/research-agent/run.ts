// One process of the agent. The first one begins the execution, each later one goes on with it: the same command.

import { configure, WaitingError } from '@reprise/core';
import { researchAgent } from './agent.ts';

const [topic = 'How do sea otters shape the kelp forest?', id = 'otters'] = process.argv.slice(2);

// Whoever has started this process is told what happens in it.
configure({ observe: (event) => void process.send?.(event) });

try {
  const execution = await researchAgent.start(topic, { id });
  const report = await execution.result();
  if (!process.send) console.log(report ?? 'No report was wanted.');
} catch (error) {
  if (!WaitingError.isInstance(error)) throw error;
  if (!process.send) console.log(error.message);
}
