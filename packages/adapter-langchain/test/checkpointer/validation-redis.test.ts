import { redis } from '../../../core/test/services.ts';
import { validatesOn } from './service-validation.ts';

validatesOn(redis, 'on Redis');
