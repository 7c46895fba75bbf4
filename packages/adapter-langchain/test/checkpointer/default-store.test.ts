import { close, configure } from '@reprise/core';
import { expect, test } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { named, put, sharedMemory, valuesOf } from './checkpoints.ts';

test('without options it keeps threads where Reprise keeps executions, also after the store was given back', async () => {
  const store = sharedMemory();
  configure({ store: store.driver });
  const saver = new KeyvSaver();
  await put(saver, named('t'), { said: ['hello'] });
  expect(await valuesOf(store.connect(), named('t'))).toEqual({ said: ['hello'] });
  await close();
  expect(await valuesOf(saver, named('t'))).toEqual({ said: ['hello'] });
  await close();
});
