// What an import of each public entry costs, bundled and compressed with brotli.
// Node's own modules and what the user brings (peer dependencies) are not counted.
import { readFileSync } from 'node:fs';

// What is loaded when it is first asked for, and by most processes never.
const loadedLater = /[/](replay|diff)-[A-Z0-9]+[.]js$/;

function entry(folder, limit) {
  const {
    name,
    dependencies = {},
    peerDependencies = {},
  } = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8'));
  return {
    name,
    path: `packages/${folder}/dist/index.js`,
    limit,
    // The price list is a file of its own that is loaded when a price is first asked for.
    ignore: [...Object.keys(peerDependencies), ...Object.keys(dependencies)],
    modifyRolldownConfig: (config) => ({
      ...config,
      platform: 'node',
      external: [config.external ?? [], loadedLater].flat(),
    }),
  };
}

export default [
  // Reports as text, CSV and JSON are 3 kB of it, left out of what does not use them; budgets are 4,
  // and what keeps secrets out of errors and commands is 2.
  entry('core', '54 kB'),
  {
    name: 'the price list of @reprise/core, loaded when a price is first asked for',
    path: 'packages/core/node_modules/@pydantic/genai-prices/dist/index.js',
    import: '{ calcPrice }',
    limit: '65 kB',
  },
  entry('adapter-openai', '6 kB'),
  entry('adapter-vercel-ai', '8 kB'),
  entry('adapter-langchain', '17 kB'),
  entry('cli', '20 kB'),
];
