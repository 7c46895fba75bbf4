import type { Options } from 'tsup';

/** The build of every package of this workspace: JavaScript only, for `tsc` of TypeScript 7 writes the declarations. */
export function library(entry: string[]): Options {
  return {
    entry,
    tsconfig: 'tsconfig.build.json',
    format: 'esm',
    target: 'node22',
    platform: 'node',
    // What two entries share must exist once: they share state.
    splitting: true,
    // `node:sqlite` has no name without the prefix.
    removeNodeProtocol: false,
    sourcemap: true,
    clean: true,
    dts: false,
  };
}
