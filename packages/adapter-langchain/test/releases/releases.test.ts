import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = import.meta.dirname;

/** The lowest that are taken, and some between them and the newest, with which all other tests run. */
const RELEASES = ['lowest', 'middle'];

test.each(RELEASES)(
  'agents, streams, questions and kills are right with the %s releases of LangChain',
  async (name) => {
    const redirect = pathToFileURL(join(here, 'redirect.ts')).href;
    const args = ['--conditions=@reprise/source', `--import=${redirect}`, join(here, 'smoke.ts')];
    const env = { ...process.env, RELEASE: join(here, name) };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout.trim()).toBe('all');
  },
);

test('the lowest releases are those of the peer range', () => {
  const read = (path: string) => JSON.parse(readFileSync(join(here, path), 'utf8'));
  const { peerDependencies } = read('../../package.json');
  for (const [name, version] of Object.entries(read('lowest/package.json').dependencies)) {
    if (name in peerDependencies) expect(peerDependencies[name]).toBe(`^${version}`);
  }
});
