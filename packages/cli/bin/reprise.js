#!/usr/bin/env node
// Stands beside the build and not in it, so that an install links it before anything is built.
const [major, minor] = process.versions.node.split('.').map(Number);
const isFit = (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major > 24;

if (isFit) {
  // Whoever reads the output has seen enough, as in `reprise list | head -1`.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const { reprise } = await import('../dist/index.js');
  process.exitCode = await reprise(process.argv.slice(2));
} else {
  // What it imports is not there in earlier versions, so it could not say so itself.
  console.error(
    `reprise needs Node 22.19, or 24.11, or later; this is ${process.version}.\n\n  Next: install one from https://nodejs.org`,
  );
  process.exitCode = 1;
}
