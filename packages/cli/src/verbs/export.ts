import { writeFileSync } from 'node:fs';
import { failed, usageError } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';
import { resolveId } from '../find/ids.ts';
import { bytes } from '../render/bytes.ts';

export const exportVerb: Verb = verb({
  name: 'export',
  summary: 'write an execution with its children to one JSON file, which show and cost open, too',
  takes: '<id>',
  options: {
    out: { value: 'file', says: 'the file (default: <id>.reprise.json); - prints it' },
    force: { says: 'write over a file that exists' },
  },
  examples: ['reprise export otters-1', 'reprise export @last-failed --out - | gzip > failed.json.gz'],
  async run(setting, [typed = ''], { out, force }) {
    const id = await resolveId(setting, typed);
    const data = await setting.reprise.executions.export(id);
    const text = `${JSON.stringify(data)}\n`;
    if (out === '-') {
      if (setting.json)
        throw usageError('--out - prints the file itself, so --json has no place.', `reprise export ${id}`);
      return { item: data, text };
    }
    const file = out ?? `${id}.reprise.json`;
    write(file, text, force);
    const size = Buffer.byteLength(text);
    const item = { execution: id, file, bytes: size, checksum: data.checksum ?? null };
    return { item, text: `Wrote ${file}, ${bytes(size)}.`, ids: [id] };
  },
});

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw failed('REPRISE_FILE_EXISTS', `The file ${file} exists.`, 'add --force to write over it');
    throw failed('REPRISE_FILE', `The file ${file} cannot be written: ${message}.`, 'choose another one with --out');
  }
}
