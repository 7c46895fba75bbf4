import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { KeyvSaver } from '../../src/index.ts';
import { validates } from './validation.ts';

const folder = mkdtempSync(join(tmpdir(), 'reprise-saver-'));
let files = 0;

validates({ open: () => new KeyvSaver({ store: `sqlite:${join(folder, `${files++}.db`)}` }) });

afterAll(() => rmSync(folder, { recursive: true }));
