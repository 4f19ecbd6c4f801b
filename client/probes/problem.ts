import { lineOf, type Problem } from "../manifests/problem.ts";

/** All that is wrong with a list of probes, a line each: SOURCE:LINE:COLUMN: what. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in the probes:\n${problems.map((each) => `  ${lineOf(each)}`).join("\n")}`);
    this.problems = problems;
  }
}
