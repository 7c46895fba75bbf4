import { usageError } from '../command/failure.ts';
import { type Verb, verb } from '../command/verb.ts';
import { SHELLS, type Shell } from '../completion/shells.ts';

export const completion: Verb = verb({
  name: 'completion',
  summary: 'print the completion script of a shell: bash, zsh or fish',
  takes: '<shell>',
  options: {},
  examples: [
    'reprise completion bash >> ~/.bashrc',
    'reprise completion fish > ~/.config/fish/completions/reprise.fish',
  ],
  async run({ verbs }, [shell = '']) {
    const script = SHELLS[shell as Shell];
    if (!script) throw usageError(`There is no completion for '${shell}'.`, 'reprise completion bash');
    const text = script(verbs);
    return { item: { shell, script: text }, text };
  },
});
