import { isSecretName, isSecretParameter, MASK } from './names.ts';

// All of these look at a bounded number of characters from where they begin: texts of megabytes come by here. None takes a
// backslash from before a quote: a text may be JSON, and is read as that afterwards.

const CREDENTIALS = /(\b[a-z][a-z0-9+.-]{0,31}:\/\/)([^\s/?#'"]{0,2000})@/gi;
/** Passwords are often put into them as they are, with characters that end the name of a host; this is no port. */
const RAW_CREDENTIALS = /(\b[a-z][a-z0-9+.-]{0,31}:\/\/[^\s:@/?#"]{0,200}:)(?!\d{1,5}(?:[/?#\s"']|$))[^\s"]{0,300}@/gi;
const PARAMETER = /([?&])([\w.%[\]-]{1,64})=((?:[^\s&#'"<>\\]|\\(?!["']))+)/g;
/** `password=…` of a connection string, `OPENAI_API_KEY=…` of a command. */
const ASSIGNMENT =
  /(?<![\w.-])([\w.-]{1,64})(\s?=\s?)("[^"\\]{1,2000}"|'[^'\\]{1,2000}'|\\"[^"\\]{1,2000}\\"|(?:[^\s&;,'")\]}\\]|\\(?!["']))+)/g;
/** A field as JSON has it, plain or inside of another text, or as Node prints it. */
const FIELD = /(\\?["']?)(?<![\w.-])([\w.-]{1,64})\1(\s?:\s?)(\\?["'])((?:(?!\4)(?:\\.|.)){1,4000})\4/g;
const SCHEME = /\b(bearer|basic)(\s+)(?=[\w.~+/=-]*[\d=])[\w.~+/=-]{8,}/gi;
const COOKIE = /\b((?:set-)?cookie\s?:\s?)[^\s=;]+=(?:[^\r\n"'\\]|\\(?!["']))*/gi;
const KEY_HEADER =
  /\b((?:[\w-]{1,32}-)?(?:api-?key|access-?token|auth-?token|authorization)\s?:\s?(?:\w{1,16}\s)?)(?=\S*\d)(?:[^\s'",\\]|\\(?!["'])){8,}/gi;
/** What providers' keys look like. */
const KEY =
  /\b(?:(?:sk|pk|rk|gsk|xai|pplx|r8|hf|lsv2|ghp|gho|ghs|github_pat|glpat|xox[abprs])[-_](?=[\w-]{0,200}\d)[\w-]{16,}|AIza[\w-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,})/g;

/** The text without the passwords, keys and cookies that can be told from their form or by their name. */
export function maskText(text: string): string {
  return text
    .replace(RAW_CREDENTIALS, `$1${MASK}@`)
    .replace(CREDENTIALS, (_, scheme: string, credentials: string) => {
      const [user] = credentials.split(':', 1);
      return credentials.includes(':') ? `${scheme}${user}:${MASK}@` : `${scheme}${user}@`;
    })
    .replace(PARAMETER, (all, lead: string, name: string) =>
      isSecretParameter(decoded(name)) ? `${lead}${name}=${MASK}` : all,
    )
    .replace(SCHEME, `$1$2${MASK}`)
    .replace(COOKIE, `$1${MASK}`)
    .replace(KEY_HEADER, `$1${MASK}`)
    .replace(ASSIGNMENT, (all, name: string, sign: string) => (isSecretName(name) ? `${name}${sign}${MASK}` : all))
    .replace(FIELD, (all, quote: string, name: string, sign: string, open: string) =>
      isSecretName(name) ? `${quote}${name}${quote}${sign}${open}${MASK}${open}` : all,
    )
    .replace(KEY, MASK);
}

/** A whole address. */
export function maskAddress(address: string): string {
  const [, lead, password] = RAW_ADDRESS.exec(address) ?? [];
  // A host with a port, and an @ later on.
  const isPassword = lead !== undefined && !/^\d+(?:[/?#]|$)/.test(password ?? '');
  return maskText(isPassword ? lead + MASK + address.slice(address.lastIndexOf('@')) : address);
}

const RAW_ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*:)(.*)@[^@]*$/is;

/** Masks texts about an address: it may be quoted in one, however little it looks like an address. */
export function maskAbout(address: string): (text: string) => string {
  const shown = maskAddress(address);
  const [, , password = ''] = RAW_ADDRESS.exec(address) ?? [];
  const known = [password, decoded(password), encodeURIComponent(password)].filter(({ length }) => length >= 6);
  return (text) => known.reduce((all, one) => all.replaceAll(one, MASK), maskText(text.replaceAll(address, shown)));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
