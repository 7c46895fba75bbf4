// What a user's project does with the command: it is called by its name, and as a function.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { reprise } from 'reprise';

const command = join('node_modules', 'reprise', 'bin', 'reprise.js');
const listed = JSON.parse(execFileSync(process.execPath, [command, 'list', '--json'], { encoding: 'utf8' }));
if (listed.command !== 'list' || listed.items.length !== 0) throw new Error(`list gave ${JSON.stringify(listed)}`);

const code = await reprise(['show', 'nobody', '--json']);
if (code !== 3) throw new Error(`show of what is not there gave the exit code ${code}`);
