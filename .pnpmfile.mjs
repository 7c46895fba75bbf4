// The tests run two majors of Keyv side by side. The Redis adapter of the sixth needs Keyv 6 at run time, and as a peer
// it would be given its neighbour, Keyv 5.
export const hooks = {
  readPackage(manifest) {
    if (manifest.name === '@keyv/redis' && manifest.version.startsWith('6.')) {
      delete manifest.peerDependencies.keyv;
      manifest.dependencies.keyv = '6.1.0';
    }
    return manifest;
  },
};
