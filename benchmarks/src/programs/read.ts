// Reads and parses the same values by hand in a process that has done nothing else: `read.ts <file>`.
import { readAndParse } from '../raw/sqlite.ts';

const [file = ''] = process.argv.slice(2);
console.log(readAndParse(file));
