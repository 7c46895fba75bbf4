import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Reprise } from '../../src/index.ts';
import { readSegment } from '../../src/journal/segment.ts';
import { describeWith, postgres, redis } from '../services.ts';
import { freshDatabase } from '../store/fresh-database.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { type Happening, readHappenings } from './steps.ts';

const CONTENDERS = 8;
const TAKEOVERS_EACH = 8;
const STEPS = 40;
const ROUNDS = 8;
const STUCK = 2 ** 31 - 1;

const folder = temporaryFolder();
const folderFile = () => join(folder, randomUUID());
const program = (name: string) => join(import.meta.dirname, name);

interface RawSegment {
  readonly epoch: number;
  readonly owner: string;
  /** The epoch that it opens. */
  readonly opens: number | undefined;
}

/** The journal as it is stored, segment by segment. */
async function rawSegments(reprise: Reprise, id: string): Promise<RawSegment[]> {
  const { entries } = await reprise.executions.export(id);
  return Object.entries(entries)
    .filter(([key]) => key.startsWith('reprise/j/'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => {
      const { head, records } = readSegment(key, text);
      const marker = records.map((record) => record.head).find(({ t }) => t === 'epoch');
      return { epoch: head.epoch, owner: head.owner, opens: marker?.t === 'epoch' ? marker.epoch : undefined };
    });
}

/** Where a journal holds the records of two owners interleaved, or an epoch that was not opened. */
function misplaced(segments: readonly RawSegment[]): string[] {
  const problems: string[] = [];
  let current: RawSegment = { epoch: 0, owner: '', opens: undefined };
  segments.forEach((segment, index) => {
    const isOpening = segment.opens === current.epoch + 1 && segment.epoch === segment.opens;
    const isOwn = segment.opens === undefined && segment.epoch === current.epoch && segment.owner === current.owner;
    if (!isOpening && !isOwn)
      problems.push(`segment ${index}: ${JSON.stringify(segment)} in ${JSON.stringify(current)}`);
    current = segment;
  });
  return problems;
}

/** The steps for which the program was handed one value and later another one. */
function contradictions(happenings: readonly Happening[]): string[] {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const happening of happenings) {
    if (happening.t !== 'got') continue;
    const { step, value } = happening;
    const before = values.get(step) ?? value;
    if (before !== value) problems.push(`${step}: ${before}, then ${value}`);
    values.set(step, before);
  }
  return problems;
}

const endings = (happenings: readonly Happening[]) =>
  happenings.flatMap((happening) => (happening.t === 'ended' ? [happening.code ?? 'done'] : []));

/** Stops processes that still run, each for a while, so that they wake up to find that they were replaced. */
async function stopAndWake(children: readonly ChildProcess[], until: Promise<unknown>): Promise<number> {
  let isOver = false;
  let stops = 0;
  void until.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await pause(Math.random() * 40);
    const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
    const child = alive[Math.floor(Math.random() * alive.length)];
    if (!child?.kill('SIGSTOP')) continue;
    stops++;
    await pause(Math.random() * 500);
    child.kill('SIGCONT');
  }
  return stops;
}

function manyOwners(store: () => string): void {
  it('of many processes that take an execution from one another only the last writes, and no step is lost', async () => {
    const id = `owners-${randomUUID()}`;
    const file = folderFile();
    const args = [store(), id, `${STEPS}`, file, `${TAKEOVERS_EACH}`];
    const children = Array.from({ length: CONTENDERS }, () =>
      spawn(process.execPath, [program('contender.ts'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    let stderr = '';
    for (const child of children) child.stderr.on('data', (data) => (stderr += data));
    const over = Promise.all(children.map((child) => once(child, 'close')));
    const stops = await stopAndWake(children, over);
    expect(stderr).toBe('');

    const reprise = new Reprise({ store: store() });
    const happenings = readHappenings(file);
    const segments = await rawSegments(reprise, id);
    expect(misplaced(segments)).toEqual([]);
    expect(contradictions(happenings)).toEqual([]);
    const { status, result, journal } = await reprise.executions.get(id);
    expect(status).toBe('completed');
    const handed = happenings.flatMap((happening) => (happening.t === 'got' ? [happening.value] : []));
    expect(new Set(result as string[])).toEqual(new Set(handed));
    expect(journal.map(({ output }) => output).sort()).toEqual([...(result as string[])].sort());
    // Everybody from whom it was taken knows.
    const epochs = segments.filter(({ opens }) => opens !== undefined).length;
    const codes = endings(happenings);
    expect(new Set(codes)).toEqual(new Set(['done', 'REPRISE_FENCED']));
    expect(codes.filter((code) => code === 'REPRISE_FENCED')).toHaveLength(epochs - 1);
    console.info(`${epochs} owners, ${stops} processes stopped and woken, ${segments.length} segments`);
    await reprise.executions.delete(id);
    await reprise.close();
  }, 120_000);
}

async function resumer(...args: string[]): Promise<ChildProcess> {
  const child = fork(program('resumer.ts'), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

function oneResumes(store: () => string): void {
  it(`of processes that resume a crashed execution at once one does, and the next step runs once (${ROUNDS} times)`, async () => {
    const file = folderFile();
    const ids = Array.from({ length: ROUNDS }, () => `resume-${randomUUID()}`);
    const first = await resumer(store(), '6', file, '30000', '4', `${STUCK}`);
    for (const id of ids) first.send(id);
    const isStuck = () =>
      readHappenings(file).filter(({ t, ...h }) => t === 'start' && 'step' in h && h.step === '4').length;
    while (isStuck() < ROUNDS) await pause(20);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const before = readHappenings(file).length;

    const others = await Promise.all([0, 1, 2].map(() => resumer(store(), '6', file, '30000', '4', '300')));
    for (const id of ids) {
      const ends = others.map((child) => once(child, 'message'));
      for (const child of others) child.send(id);
      await Promise.all(ends);
    }
    for (const child of others) child.disconnect();

    const reprise = new Reprise({ store: store() });
    const happenings = readHappenings(file).slice(before);
    for (const id of ids) {
      const own = happenings.filter(({ execution }) => execution === id);
      const started = own.flatMap((happening) => (happening.t === 'start' ? [happening.step] : []));
      expect(started).toEqual(['4', '5']);
      expect(endings(own).sort()).toEqual(['REPRISE_EXECUTION_BUSY', 'REPRISE_EXECUTION_BUSY', 'done']);
      expect(misplaced(await rawSegments(reprise, id))).toEqual([]);
      await reprise.executions.delete(id);
    }
    await reprise.close();
  }, 120_000);
}

function zombies(store: () => string): void {
  it('a process that was stopped for longer than its lease wakes up to a FencedError, and changes nothing', async () => {
    const file = folderFile();
    const id = `zombie-${randomUUID()}`;
    const zombie = await resumer(store(), '12', file, '200', '3', '100');
    zombie.send(id);
    while (!readHappenings(file).some((happening) => happening.t === 'got' && happening.step === '2')) await pause(5);
    zombie.kill('SIGSTOP');
    await pause(300);
    const heir = await resumer(store(), '12', file, '200', '3', '100');
    heir.send(id);
    await once(heir, 'message');
    const reprise = new Reprise({ store: store() });
    const before = await reprise.executions.export(id);
    zombie.kill('SIGCONT');
    await once(zombie, 'message');
    await pause(100);
    expect(await reprise.executions.export(id)).toEqual(before);
    expect((await reprise.executions.get(id)).status).toBe('completed');
    const happenings = readHappenings(file);
    expect(endings(happenings)).toEqual(['done', 'REPRISE_FENCED']);
    expect(contradictions(happenings)).toEqual([]);
    for (const child of [zombie, heir]) child.disconnect();
    await reprise.executions.delete(id);
    await reprise.close();
  }, 60_000);
}

describe('owners of one execution', async () => {
  const database = postgres.missing === undefined ? await freshDatabase(postgres.url) : '';
  const all = (store: () => string) => {
    manyOwners(store);
    oneResumes(store);
    zombies(store);
  };
  describe('on SQLite', () => all(() => `sqlite:${join(folder, 'owners.db')}`));
  describeWith(redis, 'on Redis', () => all(() => redis.url));
  describeWith(postgres, 'on PostgreSQL', () => all(() => database));
});
