import { readFileSync } from 'node:fs';

// `src` and `dist` both stand beside it.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export const VERSION: string = manifest.version;
