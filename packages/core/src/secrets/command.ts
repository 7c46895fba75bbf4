import { isSecretOption, MASK } from './names.ts';
import { maskAddress } from './text.ts';

/**
 * The arguments of a command without the secrets among them: `--token=…`, `--token …`, `API_KEY=…`, and what looks
 * like one. The same array, where there are none.
 */
export function maskArguments(args: readonly string[]): readonly string[] {
  const masked = args.map((argument, i) => {
    const [, lead = '', name, value = argument] = /^((?:--?)?([\w.-]+)=)(.+)$/s.exec(argument) ?? [];
    if (name !== undefined && isSecretOption(name)) return lead + MASK;
    const [, before] = /^--([\w-]+)$/.exec(args[i - 1] ?? '') ?? [];
    if (before !== undefined && isSecretOption(before) && !argument.startsWith('-')) return MASK;
    return lead + maskAddress(value);
  });
  return masked.every((argument, i) => argument === args[i]) ? args : masked;
}
