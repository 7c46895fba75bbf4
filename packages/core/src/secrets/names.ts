/** What stands in the place of a secret. */
export const MASK = '***';

// Names are compared without case and punctuation: `x-api-key`, `apiKey` and `API_KEY` are one.
const ANYWHERE =
  /(?:password|passwd|passphrase|secrets?|apikey|credentials?|connectionstring|cookies?)$|^(?:pwd|sslkey|secretkeybase)$|(?:^|proxy)authorization$|(?:secret|access|private|signing|encryption|subscription|account|shared|master|ssl)key$|accesskeyid$|(?:access|refresh|id|auth|authorization|bearer|session|security|api|bot|service|personal)token$/;
/** `GITHUB_TOKEN`: variables of the environment hold no other tokens and keys. */
const VARIABLE = /^[A-Z][A-Z0-9_]*_(?:TOKEN|KEY|PASS|PAT)$/;
/** Headers of one's own are known by their beginning, wherever they stand. */
const OWN_HEADER = /^x-/i;
/** Beside those, in an address: in other data these are names of many things. */
const IN_ADDRESS = /^(?:token|auth|key|pass|pw|sig|signature|code)$|signature$/;
const IN_COMMAND = /^(?:auth|pass|pw)$|token$/;
/** Most headers are about the connection; the limits of tokens, and what the other side asks for, are none. */
const IN_HEADERS = /token(?!s)|secret|key|auth(?!enticate|or$|ority$)|cookie|session|signature|passw|credential/;
/** Who is billed. */
const ACCOUNT = /^(?:openai|anthropic)(?:organization|project)(?:id)?$/;

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether what has this name is a secret wherever it stands: in settings, the environment, fields of an error. */
export function isSecretName(name: string): boolean {
  return ANYWHERE.test(bare(name)) || VARIABLE.test(name) || (OWN_HEADER.test(name) && isSecretHeader(name));
}

/** Whether a header of a request, or of an answer, is a secret. */
export function isSecretHeader(name: string): boolean {
  return IN_HEADERS.test(bare(name)) || ACCOUNT.test(bare(name));
}

/** Whether a parameter of an address is a secret. */
export function isSecretParameter(name: string): boolean {
  return isSecretName(name) || IN_ADDRESS.test(bare(name));
}

/** Whether an option of a command is a secret, or a variable that is set in front of it. */
export function isSecretOption(name: string): boolean {
  return isSecretName(name) || IN_COMMAND.test(bare(name));
}
