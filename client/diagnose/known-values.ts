/** Of the base64 of a value within a longer text, what does not depend on what is around it; shorter ones occur by chance. */
const SHORTEST_CORE = 8;
/** One regular expression of more alternatives would take too long to compile. */
const MOST_FORMS = 10_000;

/**
 * Patterns of all forms in which values occur: as they are, in JSON, in URLs, and in base64 wherever they stand in what was
 * encoded. They are to be applied in their order, the longest forms first, so that no part of one is left behind another.
 */
export function patternsOf(values: Iterable<string>): RegExp[] {
  const forms = new Set<string>();
  for (const value of values) {
    for (const form of formsOf(value)) if (form) forms.add(form);
  }
  const sorted = [...forms].sort((one, other) => other.length - one.length);
  const patterns: RegExp[] = [];
  for (let from = 0; from < sorted.length; from += MOST_FORMS) {
    const some = sorted.slice(from, from + MOST_FORMS);
    patterns.push(new RegExp(some.map(escapeRegExp).join("|"), "g"));
  }
  return patterns;
}

function formsOf(value: string): string[] {
  const url = encodeURIComponent(value.toWellFormed());
  const cores = [0, 1, 2].flatMap((offset) => coreOf(value, offset));
  const base64 = Buffer.from(value).toString("base64");
  return [value, base64, JSON.stringify(value).slice(1, -1), url, ...cores];
}

/** The base64 of a value that begins at this place of a group of three bytes, without what its neighbours have a part in. */
function coreOf(value: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const from = offset === 0 ? 0 : offset + 1;
  const whole = bytes.toString("base64").replace(/=+$/, "");
  const core = whole.slice(from, Math.floor((bytes.length * 8) / 6));
  if (core.length < SHORTEST_CORE) return [];
  return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
