export { reprise } from './main/reprise.ts';
