import { type ExecutionExport, StateError, UsageError } from '@reprise/core';
import { fileValue } from '../arguments/json.ts';
import { failed, usageError } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';

export const importVerb: Verb = verb({
  name: 'import',
  summary: 'store what was exported, under the same id',
  takes: '<file>',
  options: {},
  examples: ['reprise import otters-1.reprise.json', 'gunzip -c failed.json.gz | reprise import -'],
  opensStore: true,
  async run(setting, [file = '']) {
    const data = (await fileValue(file)) as ExecutionExport;
    await setting.reprise.executions.import(data).catch((error) => {
      if (StateError.isInstance(error)) throw failed(error.code, error.message, `reprise rm ${data.execution}`);
      if (UsageError.isInstance(error)) throw usageError(`${file}: ${error.message}`, 'reprise export <id>');
      throw error;
    });
    const { execution, entries } = data;
    const item = { execution, entries: Object.keys(entries).length };
    return {
      item,
      text: `Imported ${execution}.\n\n  Next: ${setting.terminal.command(`reprise show ${execution}`)}`,
      ids: [execution],
    };
  },
});
