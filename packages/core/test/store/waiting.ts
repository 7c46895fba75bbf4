import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Waits until the check holds; a check that throws does not hold yet. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (attempt >= 400) throw error;
    }
    if (attempt >= 400) throw new Error('It did not come to hold within 20 seconds.');
    await setTimeout(50);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
