import { COMMON_OPTIONS, type OptionSpecs, type Verb } from '../command/verb.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

const NAMES = '@last @last-failed @waiting';

function optionsOf({ options }: Verb): OptionSpecs {
  return { ...options, ...COMMON_OPTIONS };
}

function flags(verb: Verb): string {
  return Object.keys(optionsOf(verb))
    .map((name) => `--${name}`)
    .join(' ');
}

function takesId({ takes }: Verb): boolean {
  return takes.includes('id');
}

/** Verbs, their options, names such as `@last`, and files: bash. */
function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map((verb) => {
    const words = takesId(verb) ? `${flags(verb)} ${NAMES}` : flags(verb);
    return `    ${[verb.name, ...(verb.alias ? [verb.alias] : [])].join('|')}) words="${words}" ;;`;
  });
  return `_reprise() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -F _reprise reprise`;
}

function zsh(verbs: readonly Verb[]): string {
  const described = verbs.map(({ name, summary }) => `    '${name}:${escaped(summary)}'`);
  const cases = verbs.map((verb) => {
    const options = Object.entries(optionsOf(verb)).map(
      ([name, { says, value }]) => `'--${name}[${escaped(says)}]${value ? `:${value}:_files` : ''}'`,
    );
    const rest = takesId(verb) ? `'*:id:(${NAMES})'` : `'*:file:_files'`;
    return `    ${verb.name}) _arguments ${[...options, rest].join(' ')} ;;`;
  });
  return `#compdef reprise
_reprise() {
  local -a verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
compdef _reprise reprise`;
}

function fish(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => {
    const here = `__fish_seen_subcommand_from ${verb.name}`;
    const options = Object.entries(optionsOf(verb)).map(
      ([name, { says, value }]) =>
        `complete -c reprise -n '${here}' -l ${name}${value ? ' -r' : ''} -d '${escaped(says)}'`,
    );
    const ids = takesId(verb) ? [`complete -c reprise -n '${here}' -a '${NAMES}'`] : [];
    return [
      `complete -c reprise -n __fish_use_subcommand -f -a ${verb.name} -d '${escaped(verb.summary)}'`,
      ...options,
      ...ids,
    ];
  });
  return lines.join('\n');
}

/** Within single quotes and zsh's brackets. */
function escaped(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' -');
}

export const SHELLS: Readonly<Record<Shell, (verbs: readonly Verb[]) => string>> = { bash, zsh, fish };
