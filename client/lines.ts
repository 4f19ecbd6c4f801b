/** Lines that are neither empty nor comments. */
export function linesOf(given: string): string[] {
  const lines = given.split("\n").map((line) => line.trim());
  return lines.filter((line) => line && !line.startsWith("#"));
}
