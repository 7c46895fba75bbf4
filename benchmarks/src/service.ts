import { connect } from 'node:net';

/** A server that may or may not be there. */
export interface Service {
  readonly url: string;
  /** Says why its rows are missing; `undefined` where it answers. */
  readonly missing: string | undefined;
}

/** The server that the environment names, or else the one on its standard port. */
export async function service(variable: string, standard: string): Promise<Service> {
  const url = process.env[variable] ?? standard;
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port || (protocol.startsWith('redis') ? 6379 : 5432));
  const answers = await isReachable(hostname, number);
  return { url, missing: answers ? undefined : `nothing answers at ${hostname}:${number}; set ${variable}` };
}

function isReachable(host: string, port: number): Promise<boolean> {
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
