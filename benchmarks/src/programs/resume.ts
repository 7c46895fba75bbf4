// Resumes an interrupted execution in a process that has done nothing else: `resume.ts <file> <calls>`.
import { resume } from '../interrupted.ts';

const [file = '', calls] = process.argv.slice(2);
console.log(await resume(file, Number(calls)));
