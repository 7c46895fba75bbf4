import { postgres } from '../../../core/test/services.ts';
import { validatesOn } from './service-validation.ts';

validatesOn(postgres, 'on Postgres');
