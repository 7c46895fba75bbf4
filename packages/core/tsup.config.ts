import { defineConfig } from 'tsup';
import { library } from '../../tsup.config.base.ts';

export default defineConfig(library(['src/index.ts', 'src/adapter.ts', 'src/store.ts', 'src/testing.ts']));
