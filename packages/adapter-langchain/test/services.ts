import { connect } from 'node:net';
import { describe, it } from 'vitest';

/** A server that tests may use, and why not if they may not. */
export interface Service {
  readonly url: string;
  /** Says why its tests are skipped; `undefined` where it answers. */
  readonly missing: string | undefined;
}

export const redis: Service = await service('REDIS_URL', 'redis://127.0.0.1:6379', 6379);
export const postgres: Service = await service(
  'POSTGRES_URL',
  'postgres://postgres:postgres@127.0.0.1:5432/postgres',
  5432,
);

/** Like `describe`, for tests that need the service. */
export function describeWith({ missing }: Service, name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe(name, () => it.skip(`skipped: ${missing}`, () => {}));
}

async function service(variable: string, standard: string, port: number): Promise<Service> {
  const url = process.env[variable] ?? standard;
  const missing = process.env.REPRISE_REQUIRE_SERVICES === '1' ? undefined : await reasonToSkip(url, port);
  return { url, missing: missing && `${missing}, set ${variable}` };
}

function reasonToSkip(url: string, standardPort: number): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  const number = Number(port || standardPort);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: number, timeout: 2_000 });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    const nothing = `nothing answers at ${hostname}:${number}`;
    socket.once('connect', () => end());
    socket.once('error', () => end(nothing));
    socket.once('timeout', () => end(nothing));
  });
}
