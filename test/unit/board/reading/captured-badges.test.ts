import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBadge } from "../../../../board/reading/read-badge.ts";
import { CAPTURED, capturedBadges, NO_CAPTURED } from "../../../support/board-badges.ts";

const title = `badges captured from services${NO_CAPTURED ? ` (skipped: ${NO_CAPTURED})` : ""}`;

describe.skipIf(NO_CAPTURED)(title, () => {
  const rows = capturedBadges().map((row) => ({
    ...row,
    reading: readBadge({ body: readFileSync(new URL(row.file, CAPTURED)) }),
  }));

  test("no badge is read as passing that is not", () => {
    const wrong = rows.filter(
      (row) => row.reading.state === "passing" && row.expected !== "passing",
    );
    expect(wrong).toEqual([]);
  });

  test("every badge is read as a person reads it", () => {
    const wrong = rows.filter((row) => row.reading.state !== row.expected);
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(90);
  });

  test("none is in conflict with its own colour but where its service is known for it", () => {
    const marked = rows.filter(({ reading }) => reading.conflict !== undefined);
    expect(marked.map(({ provider, reading }) => `${provider} ${reading.state}`)).toEqual([
      "gitea unknown",
    ]);
  });

  test("the colour behind the message is found wherever a badge has one", () => {
    const without = rows.filter(({ reading }) => reading.color === undefined);
    expect(without.map(({ provider }) => provider)).toEqual(["misc", "misc", "misc"]);
    const green = rows.filter(
      ({ provider, expected }) => provider === "github" && expected === "passing",
    );
    expect(green.map(({ reading }) => reading.color)).toEqual(green.map(() => "#34d058"));
  });

  test("the rules that decided, by provider", () => {
    console.log(table(rows.map((row) => [row.provider, kindOf(row.reading.rule)] as const)));
    const byColorAlone = rows.filter((row) => kindOf(row.reading.rule) === "color");
    expect(byColorAlone).toEqual([]);
  });
});

/** The kind of evidence that a rule begins with. */
function kindOf(rule: string): string {
  return rule.slice(0, rule.indexOf(":"));
}

function table(pairs: ReadonlyArray<readonly [provider: string, kind: string]>): string {
  const kinds = [...new Set(pairs.map(([, kind]) => kind))].sort();
  const providers = [...new Set(pairs.map(([provider]) => provider))].sort();
  const rows = providers.map((provider) => {
    const count = (kind: string) =>
      pairs.filter((pair) => pair[0] === provider && pair[1] === kind).length;
    return [
      provider.padEnd(14),
      ...kinds.map((kind) => String(count(kind) || "").padStart(10)),
    ].join("");
  });
  return [`${"".padEnd(14)}${kinds.map((kind) => kind.padStart(10)).join("")}`, ...rows].join("\n");
}
