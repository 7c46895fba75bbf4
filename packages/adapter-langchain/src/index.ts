export { KeyvSaver, type KeyvSaverOptions } from './checkpointer/keyv-saver.ts';
