export { reprise } from './command/reprise.ts';
