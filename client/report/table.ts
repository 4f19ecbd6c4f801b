import Table from "cli-table3";
import type { Results } from "../../crds/types/results.ts";
import { formatSpan } from "../duration.ts";
import { targetCount, took, undoneWords, verifiedWords } from "./evidence.ts";
import { breachWords, exitWords, underWords } from "./wrongs.ts";

/**
 * Results as a table for a terminal, without colour, and below it a line for each command and each probe. Control characters of
 * strangers' text are dropped.
 */
export function resultsTable(results: Results): string {
  const table = new Table({
    head: ["action", "role", "verdict", "expected", "verified", "undone", "targets", "took"],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results.actions) {
    const expected = result.expected ? "yes" : `NO, ${(result.expect ?? ["Passed"]).join(" or ")}`;
    table.push(
      [
        `${result.namespace}/${result.name}`,
        result.role,
        result.verdict,
        expected,
        verifiedWords(result),
        undoneWords(result),
        String(targetCount(result)),
        took(result),
      ].map(plain),
    );
  }
  return [table.toString(), ...commandLines(results), ...probeLines(results)].join("\n");
}

function commandLines({ commands = [] }: Results): string[] {
  return commands.map((command) => {
    const { outcome, seconds, coveredSeconds, message } = command;
    const under =
      coveredSeconds === null ? "" : `, ${formatSpan(coveredSeconds * 1000)} under fault`;
    const why = outcome === "passed" ? "" : `: ${message || "no reason given"}`;
    const ended = `${exitWords(command)} after ${formatSpan(seconds * 1000)}${under}`;
    return plain(`command ${underWords(command)} ${outcome}, ${ended}${why}`);
  });
}

function probeLines({ probes = [] }: Results): string[] {
  return probes.map((probe) =>
    plain(
      probe.outcome === "passed"
        ? `probe ${probe.name} held ${probe.phase} the fault, ${probe.checks} checks`
        : breachWords(probe),
    ),
  );
}

function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
