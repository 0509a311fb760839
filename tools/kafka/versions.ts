/** The newest Apache Kafka that the tests run against; everything else is asked for by name. */
export const defaultVersion = '4.4.0'

const short: Readonly<Record<string, string>> = {
  '4': '4.4.0',
  '4.4': '4.4.0',
  '4.1': '4.1.2',
  '3': '3.9.2',
  '3.9': '3.9.2',
  '0.11': '0.11.0.3',
  '0.10': '0.10.2.2',
  '0.9': '0.9.0.1',
}

/** The full version for a short name such as `3.9`; a full version stays what it is. */
export function fullVersion(version: string): string {
  const full = short[version] ?? version
  if (!/^\d+(\.\d+){2,3}$/.test(full)) throw new Error(`${version} is no Kafka version; expected one like 4.4.0`)
  return full
}

/** Whether a version is the given one or newer. */
export function atLeast(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

/** Whether a version needs a ZooKeeper. From 3.5 on we run KRaft alone. */
export function needsZooKeeper(version: string): boolean {
  return !atLeast(version, 3, 5)
}
