/** What can be asked for in a line of a terminal. */
export type Question =
  | { readonly is: 'yes-or-no' }
  | { readonly is: 'choice'; readonly choices: readonly unknown[] }
  | { readonly is: 'text' }
  | { readonly is: 'number' }
  /** One question for each property. */
  | { readonly is: 'parts'; readonly parts: readonly Part[] }
  /** Anything: JSON in an editor. */
  | { readonly is: 'json' }
  /** Nobody said what it must be: a line of text, or JSON. */
  | { readonly is: 'anything' };

export interface Part {
  readonly name: string;
  readonly says: string | undefined;
  readonly isNeeded: boolean;
  readonly question: Question;
}

type Schema = Readonly<Record<string, unknown>>;

/** What to ask, from the JSON Schema of the answer. */
export function questionOf(schema: unknown): Question {
  if (!isObject(schema) || Object.keys(schema).length === 0) return { is: 'anything' };
  const choices = choicesOf(schema);
  if (choices) return { is: 'choice', choices };
  switch (schema.type) {
    case 'boolean':
      return { is: 'yes-or-no' };
    case 'string':
      return { is: 'text' };
    case 'number':
    case 'integer':
      return { is: 'number' };
    case 'object':
      return partsOf(schema) ?? { is: 'json' };
    default:
      return { is: 'json' };
  }
}

function choicesOf(schema: Schema): readonly unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum;
  const options = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(options)) return undefined;
  const constants = options.flatMap((option) => (isObject(option) && 'const' in option ? [option.const] : []));
  return constants.length === options.length && constants.length > 0 ? constants : undefined;
}

function partsOf({ properties, required }: Schema): Question | undefined {
  if (!isObject(properties)) return undefined;
  const needed = new Set(Array.isArray(required) ? required : []);
  const parts = Object.entries(properties).map(([name, schema]): Part => {
    const says = isObject(schema) && typeof schema.description === 'string' ? schema.description : undefined;
    return { name, says, isNeeded: needed.has(name), question: questionOf(schema) };
  });
  const isFlat = parts.length > 0 && parts.every(({ question: { is } }) => is !== 'parts' && is !== 'json');
  return isFlat ? { is: 'parts', parts } : undefined;
}

/** The answer that `yes` or `no` means; `undefined` where it could mean several. */
export function meansOf(isYes: boolean, schema: unknown): unknown {
  const question = questionOf(schema);
  if (question.is === 'yes-or-no' || question.is === 'anything') return isYes;
  if (question.is !== 'parts') return undefined;
  const needed = question.parts.filter(({ isNeeded }) => isNeeded);
  const [only] = needed;
  return needed.length === 1 && only?.question.is === 'yes-or-no' ? { [only.name]: isYes } : undefined;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
