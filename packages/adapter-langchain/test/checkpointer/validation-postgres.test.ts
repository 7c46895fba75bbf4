import { postgres } from '../services.ts';
import { validatesOn } from './service-validation.ts';

validatesOn(postgres, 'on Postgres');
