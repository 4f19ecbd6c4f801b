/** Whether a version such as "1.26.8" or "1.26rc1" is `least` ("1.25") or newer, by its first two numbers. */
export function startsAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = firstNumbers(version);
  const [leastMajor = 0, leastMinor = 0] = firstNumbers(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function firstNumbers(version: string): number[] {
  return (/^(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
}
