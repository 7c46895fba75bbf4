const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi;
const SECRET_PARAMETER = /([?&](?:password|pass|pwd|token|auth)=)[^&\s'"]*/gi;

/** The text with the passwords of all URLs in it replaced by `***`. */
export function maskPasswords(text: string): string {
  return text
    .replace(CREDENTIALS, (_, scheme: string, credentials: string) => {
      const [user] = credentials.split(':', 1);
      return credentials.includes(':') ? `${scheme}${user}:***@` : `${scheme}${user}@`;
    })
    .replace(SECRET_PARAMETER, '$1***');
}

/** The error itself, or a copy without the passwords that its message would show. */
export function maskError(error: unknown): unknown {
  if (!(error instanceof Error) || maskPasswords(error.message) === error.message) return error;
  const copy = new Error(maskPasswords(error.message));
  copy.name = error.name;
  copy.stack = maskPasswords(error.stack ?? '');
  if ('code' in error) Object.assign(copy, { code: error.code });
  return copy;
}
