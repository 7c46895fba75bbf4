// What an import of each public entry costs, bundled and compressed with brotli.
// Node's own modules and what the user brings (peer dependencies) are not counted.
import { readFileSync } from 'node:fs';

function entry(folder, limit) {
  const { name, peerDependencies = {} } = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8'));
  return {
    name,
    path: `packages/${folder}/dist/index.js`,
    limit,
    ignore: Object.keys(peerDependencies),
    modifyRolldownConfig: (config) => ({ ...config, platform: 'node' }),
  };
}

export default [
  entry('core', '40 kB'),
  entry('adapter-openai', '6 kB'),
  entry('adapter-vercel-ai', '7 kB'),
  entry('adapter-langchain', '9 kB'),
];
