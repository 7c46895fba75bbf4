import { Engine } from './engine.ts';
import { ProcessExecution } from './process.ts';

/** The engine that is there without being made, and the execution of this process on it. */
export const defaultEngine: Engine = new Engine({}, 'the default engine');
export const processExecution: ProcessExecution = new ProcessExecution(defaultEngine);
