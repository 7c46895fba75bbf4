import { redis } from '../services.ts';
import { validatesOn } from './service-validation.ts';

validatesOn(redis, 'on Redis');
