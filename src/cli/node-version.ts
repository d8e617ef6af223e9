/** The oldest Node that the dependencies work on. */
export const oldestNode = '22.20.0';

/** What to say to somebody who started this on an older Node; undefined when it is new enough. */
export function tooOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestNode.split('.').map(Number);
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return undefined;
  const next = 'install a newer one, or in a checkout use `npm run -s claude-k8s -- ...`, which brings its own';
  return `error: Node ${oldestNode} or newer is needed, this is ${version}; ${next}`;
}
