/** A place in a manifest; line and column count from 1. */
export interface Position {
  /** A path, or what the text is called if it is from no file. */
  file: string;
  line: number;
  column: number;
  /** Whether the text is from no file. */
  isInline?: true;
}

/** Something wrong with a manifest, one sentence; where it is, if that is known. */
export interface Problem {
  message: string;
  position?: Position;
}

/** All that is wrong with a set of manifests, a line each: FILE:LINE:COLUMN: what. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in the manifests:\n${problems.map((each) => `  ${lineOf(each)}`).join("\n")}`);
    this.problems = problems;
  }
}

/** The problem with its place, as compilers write it. */
export function lineOf({ message, position }: Problem): string {
  return position ? `${position.file}:${position.line}:${position.column}: ${message}` : message;
}
