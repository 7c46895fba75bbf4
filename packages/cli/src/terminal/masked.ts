/** A URI without its password. */
export function masked(uri: string): string {
  return uri.replace(/(:\/\/[^/:@\s]*:)[^@/\s]*@/, '$1***@');
}
