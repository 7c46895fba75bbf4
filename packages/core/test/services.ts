import { connect } from 'node:net';
import { describe, it } from 'vitest';

/** A server that tests may use, and why not if they may not. */
export interface Service {
  readonly url: string;
  /** Says why its tests are skipped; `undefined` where it answers. */
  readonly missing: string | undefined;
}

/** Whether the tests of a server that is missing fail instead of being skipped. */
export const SERVICES_REQUIRED: boolean = process.env.REPRISE_REQUIRE_SERVICES === '1';

export const redis: Service = await service('REDIS_URL', 'redis://127.0.0.1:6379');
export const postgres: Service = await service('POSTGRES_URL', 'postgres://postgres:postgres@127.0.0.1:5432/postgres');

/** Like `describe`, for tests that need the service. */
export function describeWith(service: Pick<Service, 'missing'>, name: string, tests: () => void): void {
  if (service.missing === undefined) describe(name, tests);
  else describe(name, () => it.skip(`skipped: ${service.missing}`, () => {}));
}

async function service(variable: string, standard: string): Promise<Service> {
  const url = process.env[variable] ?? standard;
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port || (protocol.startsWith('redis') ? 6379 : 5432));
  const answers = SERVICES_REQUIRED || (await reachable(hostname, number));
  return { url, missing: answers ? undefined : `nothing answers at ${hostname}:${number}, set ${variable}` };
}

function reachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
