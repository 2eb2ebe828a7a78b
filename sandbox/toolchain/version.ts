export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The first version number in what a program prints about itself ("etcd Version: 3.6.8", "Kubernetes v1.36.3",
 * "go1.26.8").
 */
export function parseVersion(text: string): Version | undefined {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) } : undefined;
}

export function isAtLeast(version: Version, minimum: Version): boolean {
  if (version.major !== minimum.major) return version.major > minimum.major;
  if (version.minor !== minimum.minor) return version.minor > minimum.minor;
  return version.patch >= minimum.patch;
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}
