import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES_REQUIRED, type Service } from '../services.ts';
import { eventually, freePort } from './waiting.ts';

/** A server of the test's own, which it may freeze, kill and start again. */
export interface OwnServer {
  readonly url: string;
  /** Where it keeps its data. */
  readonly folder: string;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Tells it something, as its operator would. */
  command(...words: string[]): void;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

const POSTGRES = '/usr/lib/postgresql';
const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a)) : [];
const programs = join(POSTGRES, versions[0] ?? '', 'bin');

/** Whether the programs of these servers are installed. */
export const installed: Record<'redis' | 'postgres', Pick<Service, 'missing'>> = {
  redis: service(isOnPath('redis-server'), 'redis-server is not installed'),
  postgres: service(versions.length > 0, `there is no PostgreSQL in ${POSTGRES}`),
};

function service(there: boolean, reason: string): Pick<Service, 'missing'> {
  return { missing: there || SERVICES_REQUIRED ? undefined : reason };
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

export async function startRedis(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-redis-'));
  const port = await freePort();
  // Without "always", a server that is killed may lose what it has just confirmed.
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...durable];
  return run(folder, `redis://127.0.0.1:${port}`, {
    killSignal: 'SIGKILL',
    command: (words) => void execFileSync('redis-cli', ['-p', `${port}`, ...words]),
    launch: () => spawn('redis-server', settings, { stdio: 'ignore' }),
    isReady: () => spawnSync('redis-cli', ['-p', `${port}`, 'ping'], { encoding: 'utf8' }).stdout.startsWith('PONG'),
  });
}

export async function startPostgres(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-postgres-'));
  const port = await freePort();
  // PostgreSQL does not run as root.
  const owner = process.getuid?.() === 0 ? { uid: postgresId('-u'), gid: postgresId('-g') } : {};
  if (owner.uid !== undefined) execFileSync('chown', [`${owner.uid}:${owner.gid}`, folder]);
  const options = { ...owner, cwd: folder, stdio: 'ignore' as const };
  const data = join(folder, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], options);
  return run(folder, `postgres://postgres@127.0.0.1:${port}/postgres`, {
    // "Shut down at once, without waiting for clients."
    killSignal: 'SIGQUIT',
    command: (words) =>
      void execFileSync(
        join(programs, 'psql'),
        ['-q', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-c', words.join(' ')],
        options,
      ),
    launch: () =>
      spawn(join(programs, 'postgres'), ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder], options),
    isReady() {
      execFileSync(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`], options);
      return true;
    },
  });
}

function postgresId(kind: '-u' | '-g'): number {
  return Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
}

interface Program {
  command(words: string[]): void;
  killSignal: NodeJS.Signals;
  launch(): ChildProcess;
  isReady(): boolean;
}

async function run(folder: string, url: string, program: Program): Promise<OwnServer> {
  let child: ChildProcess;
  // Each connection to PostgreSQL is served by a process in a group of its own.
  const signalAll = (signal: NodeJS.Signals) => {
    const options = { encoding: 'utf8' } as const;
    const { stdout } = spawnSync('pgrep', ['-P', String(child.pid)], options);
    for (const pid of [child.pid as number, ...stdout.split('\n').filter(Boolean).map(Number)])
      process.kill(pid, signal);
  };
  const server: OwnServer = {
    url,
    folder,
    command: (...words) => program.command(words),
    freeze: () => void signalAll('SIGSTOP'),
    thaw: () => void signalAll('SIGCONT'),
    async kill() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill(program.killSignal);
      await exited;
    },
    async start() {
      child = program.launch();
      await eventually(program.isReady);
    },
    async remove() {
      if (child.exitCode === null && child.signalCode === null) {
        server.thaw();
        await server.kill();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
