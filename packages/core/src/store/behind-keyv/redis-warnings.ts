/** What the INFO of a Redis or Valkey server says against relying on it. */
export function warningsOf(info: string): string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  const warnings: string[] = [];
  if (field('aof_enabled') !== '1') {
    warnings.push(
      'The append-only file is off, so a restart of the server loses what came after its last snapshot: set "appendonly yes".',
    );
  }
  const policy = field('maxmemory_policy');
  if (field('maxmemory') !== '0' && policy !== undefined && policy !== 'noeviction') {
    warnings.push(`The server drops records when its memory is full (${policy}): set "maxmemory-policy noeviction".`);
  }
  if (field('role') !== 'master') warnings.push('This server is a replica: use the address of the primary.');
  return warnings;
}
