/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Text on one line, for an output that other steps print. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").slice(0, 1000);
}
