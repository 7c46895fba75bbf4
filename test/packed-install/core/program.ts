import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as core from '@reprise/core';
import { checkpoint, flow } from '@reprise/core';

let calls = 0;

const increment = checkpoint('increment', async (value: number) => {
  calls += 1;
  return value + 1;
});

const incrementTwice = flow('increment-twice', async (value: number) => increment(await increment(value)));

async function run(): Promise<number> {
  const handle = await incrementTwice.start(1, { id: 'packed-install' });
  const result: number = await handle.result();
  return result;
}

const secondProcess = process.argv.includes('second-process');

assert.equal(await run(), 3);
assert.equal(calls, secondProcess ? 0 : 2, 'only the first run of an execution makes its calls');
assert.equal(await run(), 3);
assert.equal(calls, secondProcess ? 0 : 2, 'a completed execution makes no call again');

if (!secondProcess) execFileSync(process.execPath, [import.meta.filename, 'second-process'], { stdio: 'inherit' });

for (const [name, exported] of Object.entries(core)) {
  if (name.endsWith('Error'))
    assert.equal((exported as { name: string }).name, name, 'an error goes by its exported name');
}
