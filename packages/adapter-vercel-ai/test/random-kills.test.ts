import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '@reprise/core/testing';
import { expect, test } from 'vitest';

const KILLS = Number(process.env.REPRISE_TORTURE_KILLS ?? 30);
const LONGEST_MS = 90;
const RELEASES = ['ai', 'ai6', 'ai5'];
/** Each agent's model is called three times. */
const MODEL_CALLS = 9;

const HELPED = (n: number) => `${n}=[${[1, 2, 11, 12].map((k) => `${n + k}=(${n + k})`).join(' ')}]`;
const EXPECTED = ['1=(1)', HELPED(100), '2=(2)', HELPED(200), '3=(3)', '4=(4)'].sort().join(' ');

async function run(release: string, method: string, folder: string, milliseconds: string): Promise<string> {
  const { output, signal } = await runScript(join(import.meta.dirname, 'random-agent.ts'), {
    nodeArgs: ['--conditions=@reprise/source'],
    args: [release, method, `sqlite:${join(folder, 'journal.db')}`, join(folder, 'log'), milliseconds],
  });
  return signal ?? output;
}

/** Runs one agent until it ends, killed up to five times, each time by either way of asking it. */
async function life(release: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-random-'));
  let kills = 0;
  try {
    for (let attempt = 0; ; attempt++) {
      const milliseconds = attempt < 5 ? String(1 + Math.floor(Math.random() * LONGEST_MS)) : '';
      const method = Math.random() < 0.5 ? 'generate' : 'stream';
      const output = await run(release, method, folder, milliseconds);
      if (output === 'SIGKILL') {
        kills++;
        continue;
      }
      expect(output).toBe(EXPECTED);
      const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
      const models = log.filter((line) => line.startsWith('model')).length;
      // At most three calls are in flight at once.
      expect(models).toBeGreaterThanOrEqual(MODEL_CALLS);
      expect(models).toBeLessThanOrEqual(MODEL_CALLS + 3 * kills);
      return kills;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test(`agents with parallel tools and two parallel agents in tools are right after ${KILLS} random kills`, {
  timeout: 600_000,
}, async () => {
  let kills = 0;
  for (let n = 0; kills < KILLS; n++) {
    const lives = [0, 1].map((i) => life(RELEASES[(2 * n + i) % RELEASES.length] as string));
    for (const count of await Promise.all(lives)) kills += count;
  }
  console.log(`${kills} kills`);
});
