// `pnpm check`: every check in a row, all of them even when one fails, and a list of the outcomes at the end.
// `pnpm check lint test` runs only these; `pnpm check --except test` all others. Each is a script of package.json, too.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './pnpm.mjs';

const all = ['build', 'lint', 'floors', 'audit-dependencies', 'typecheck', 'test', 'publint', 'attw', 'size', 'packed'];

execFileSync(process.execPath, [join(root, 'scripts', 'ensure-installed.mjs')], { stdio: 'inherit' });

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const env = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) };

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No check is called '${unknown.join("', '")}'. There are: ${all.join(', ')}.`);
  process.exit(1);
}
const except = process.argv.includes('--except');
const chosen = names.length === 0 ? all : all.filter((name) => names.includes(name) !== except);

const outcomes = chosen.map((name) => {
  console.log(`\n── ${name}: ${scripts[name]}`);
  const start = Date.now();
  const { status } = spawnSync(scripts[name], { cwd: root, env, shell: true, stdio: 'inherit' });
  return { name, passed: status === 0, seconds: ((Date.now() - start) / 1000).toFixed(1) };
});

console.log('\n── check');
for (const { name, passed, seconds } of outcomes)
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
if (outcomes.some(({ passed }) => !passed)) process.exitCode = 1;
