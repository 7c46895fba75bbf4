import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Canaries, type Place, redisPlace } from '../../core/test/secrets/canaries.ts';
import { describeWith } from '../../core/test/services.ts';
import { installed } from '../../core/test/store/own-servers.ts';
import { Project, type Ran } from './project.ts';

let project: Project;
let canaries: Canaries;
let place: Place | undefined;

beforeEach(() => {
  project = new Project();
  canaries = new Canaries();
});

afterEach(async () => {
  project.remove();
  await place?.remove();
  place = undefined;
});

/** Every file of the project but its programs: the store with all that lies beside it, and exports. */
function stored(): Buffer {
  const files = readdirSync(project.folder).filter((file) => /\.(db.*|json)$/.test(file));
  return Buffer.concat(files.map((file) => readFileSync(join(project.folder, file))));
}

/** What every verb that looks says of an execution. */
async function looked(id: string, env: NodeJS.ProcessEnv = {}): Promise<Ran[]> {
  const verbs = [
    ['list'],
    ['list', '--json'],
    ['show', id],
    ['show', id, '--json'],
    ['cost', id],
    ['cost', id, '--json'],
    ['diff', id, id],
    ['diff', id, id, '--json'],
    ['export', id, '--out', '-'],
    ['answer'],
    ['doctor'],
    ['doctor', '--json'],
    ['replay', id, '--dry-run'],
  ];
  const all: Ran[] = [];
  for (const verb of verbs) all.push(await project.reprise(verb, { env }));
  return all;
}

describe('a secret in the arguments of a program', () => {
  const program = () => ['agent.ts', 'otters', `--token=${canaries.of('option')}`, '--api-key', canaries.of('value')];
  const env = () => ({ OPENAI_API_KEY: canaries.of('environment'), POWER_CUT: '1' });

  test('is neither stored nor shown', async () => {
    const ran = [await project.reprise(['run', '--id', 'x', ...program()], { env: env() })];
    expect(ran[0]?.err).toContain('reprise resume x');
    ran.push(...(await looked('x', env())));
    ran.push(await project.reprise(['export', 'x'], { env: env() }));
    expect(ran.map(({ out }) => out).join()).toContain('--token=***');
    expect(canaries.in(ran)).toEqual([]);
    expect(stored().includes('otters')).toBe(true);
    expect(canaries.in(stored())).toEqual([]);
  });

  test('is asked for when the execution is to go on, and it goes on with it', async () => {
    await project.reprise(['run', '--id', 'x', ...program()], { env: env() });
    const refused = await project.reprise(['resume', 'x']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/secrets are not stored/);
    expect(refused.err).toContain("reprise run --id x -- node agent.ts otters '--token=***' --api-key '***'");
    const again = await project.reprise(['run', '--id', 'x', '--', 'node', ...program()]);
    expect(again.code).toBe(4);
    expect(again.out).not.toContain('asking: plan');
    expect(again.out).toContain('asking: draft');
    // Another token is the same input.
    const other = await project.reprise(['run', '--id', 'x', 'agent.ts', 'otters', '--token=new', '--api-key', 'new']);
    expect(other.code).toBe(4);
    const answered = await project.reprise(['answer', 'x', '{"approved":true}']);
    expect(answered.out).toContain('secrets are not stored');
    expect(canaries.in([refused, again, other, answered, stored()])).toEqual([]);
  });

  test('is kept out of a replay that is given it', async () => {
    await project.reprise(['run', '--id', 'x', 'agent.ts', 'otters']);
    const input = JSON.stringify(['owls', `--token=${canaries.of('option')}`]);
    const refused = await project.reprise(['replay', 'x', '--id', 'y', '--input', input]);
    expect(refused.err).toContain("reprise run --id y -- node agent.ts owls '--token=***'");
    expect(canaries.in([refused, stored(), await looked('y')])).toEqual([]);
  });
});

describe('the password of a store', () => {
  test('is not shown by errors, whatever was typed wrong', async () => {
    const address = `redis://u:${canaries.of('password')} ?@127.0.0.1:1`;
    const ran = [
      await project.reprise(['list', '--store', address]),
      await project.reprise(['doctor', '--store', address, '--json']),
      await project.reprise(['list', '--stor', address]),
      await project.reprise(['list', `--stor=${address}`]),
      await project.reprise(['lst', address]),
      await project.reprise(['show', address]),
      await project.reprise(['run', address, `--password=${canaries.of('option')}`]),
      await project.reprise(['list', '--store', `mongodb://u:${canaries.of('password')}@h`, '--json']),
      await project.reprise(['doctor'], {
        env: { REPRISE_STORE: `valkey://u:${canaries.of('password')}@127.0.0.1:1` },
      }),
    ];
    for (const { err, out } of ran) expect(err + out).not.toBe('');
    expect(canaries.in(ran)).toEqual([]);
  });

  describeWith(installed.redis, 'where the server runs', () => {
    test('is not shown by any verb, and is not in the store', async () => {
      place = await redisPlace(canaries.of('password'));
      const store = place.store as string;
      const ran = [await project.reprise(['run', '--store', store, '--id', 'x', 'agent.ts', 'otters'])];
      ran.push(...(await looked('x', { REPRISE_STORE: store })));
      ran.push(await project.reprise(['answer', 'x', '{"approved":true}', '--store', store]));
      expect(ran[0]?.err).toContain('***');
      expect(ran.at(-1)?.err).toMatch(/completed/);
      expect(canaries.in(ran)).toEqual([]);
      expect(place.bytes().includes('otters')).toBe(true);
      expect(canaries.in(place.bytes())).toEqual([]);
    });
  });
});

test('the key of the encryption is neither shown nor stored, and without it nothing of a prompt can be read', async () => {
  const topic = canaries.of('prompt');
  const key = { REPRISE_ENCRYPTION_KEY: canaries.of('encryption key') };
  await project.reprise(['run', '--id', 'x', 'agent.ts', topic], { env: key });
  expect(canaries.in(stored())).toEqual([]);
  const without = [
    ...(await looked('x')),
    ...(await looked('x', { REPRISE_ENCRYPTION_KEY: 'quite another secret key' })),
  ];
  expect(canaries.in(without)).toEqual([]);
  const within = await looked('x', key);
  expect(canaries.in(within).every((found) => found.startsWith('prompt'))).toBe(true);
});

test('nothing is left in the folder for temporary files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-cli-tmp-'));
  try {
    await project.reprise(['run', '--id', 'x', 'agent.ts', canaries.of('prompt')], { env: { TMPDIR: folder } });
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
