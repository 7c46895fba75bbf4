import { KeyvSaver } from '../../src/index.ts';
import { validates } from './validation.ts';

validates({ open: () => new KeyvSaver({ store: 'memory:' }) });
