import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests read the sources of neighbouring packages, so nothing has to be built first …
// As Node resolves them: 'module' is for bundlers, and some packages keep files there that Node cannot load.
const conditions = ['@reprise/source', 'node'];

// The processes that tests start compile them once for all.
const compiled = fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

// … but for these, which run what users install.
const endToEnd = ['packages/cli', 'examples'];
const build = fileURLToPath(new URL('scripts/build-if-needed.mjs', import.meta.url));

const packages = readdirSync(new URL('packages', import.meta.url)).map((name) => `packages/${name}`);
const members = [...packages, 'examples', 'benchmarks'].filter((root) => existsSync(new URL(root, import.meta.url)));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Many tests wait for a process of their own: a worker for each core leaves none of them idle.
    maxWorkers: '100%',
    // Some tests start, kill and restart real processes and servers.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { NODE_COMPILE_CACHE: compiled },
    projects: members.map((root) => ({
      extends: true,
      test: {
        name: root.replace('packages/', ''),
        root,
        include: ['**/*.test.ts'],
        globalSetup: endToEnd.includes(root) ? [build] : [],
      },
    })),
  },
});
