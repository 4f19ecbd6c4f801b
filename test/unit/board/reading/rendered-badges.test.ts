import { makeBadge } from "badge-maker";
import { badgen } from "badgen";
import { describe, expect, test } from "vitest";
import { readText } from "../../../support/board-badges.ts";

const BY_STATE = {
  passing: "passing|passed|success|succeeded|ok|up|ready|healthy|stable|fixed",
  failing: "failing|failed|failure|error|errored|broken|down|timed out|startup failure|critical",
  warning: "unstable|warning|partially succeeded|degraded|outdated|action required",
  running: "running|building|pending|queued|in progress|waiting|started",
  cancelled: "canceled|cancelled|aborted|stopped|killed",
  skipped: "skipped|neutral|disabled",
  unknown: "unknown|no status|none|never built|not found|n/a|invalid",
};
const WORDS = Object.entries(BY_STATE).flatMap(([state, list]) =>
  list.split("|").map((word) => [word, state] as const),
);
const STYLES = ["flat", "flat-square", "plastic", "for-the-badge", "social"] as const;
const OLD_PALETTE = ["4c1", "97ca00", "dfb317", "fe7d37", "e05d44", "9f9f9f"];
const NEW_PALETTE = [
  "brightgreen",
  "green",
  "yellow",
  "orange",
  "red",
  "lightgrey",
  "blue",
  "pink",
  "yellowgreen",
  "success",
  "important",
  "critical",
  "inactive",
];
const COLORS = [...OLD_PALETTE, ...NEW_PALETTE, "hsl(120, 50%, 40%)"];

describe.each(STYLES)("a badge of shields in the style %s", (style) => {
  test.each(WORDS)("says %s in every colour", (message, state) => {
    for (const color of COLORS) {
      const reading = readText(makeBadge({ label: "build", message, color, style }));
      expect({ color, state: reading.state }).toEqual({ color, state });
      expect(reading.label.toLowerCase()).toBe("build");
      expect(reading.message.toLowerCase()).toBe(message);
    }
  });

  test("is read the same with links, which take its title away", () => {
    const links = ["https://a.example/", "https://b.example/"];
    const body = makeBadge({ label: "failing-tests", message: "passing", style, links });
    expect(body).not.toContain("<title>");
    expect(readText(body)).toMatchObject({ state: "passing" });
  });

  test("takes no colour from its logo", () => {
    const green =
      '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" fill="#4b0"/></svg>';
    const logoBase64 = `data:image/svg+xml;base64,${Buffer.from(green).toString("base64")}`;
    const body = makeBadge({ label: "build", message: "failing", color: "red", style, logoBase64 });
    expect(readText(body)).toMatchObject({
      state: "failing",
      label: expect.stringMatching(/^build$/iu),
    });
  });

  test("keeps markup in its words as words", () => {
    const label = "C++ & <lint> \"x\" 'y'";
    const reading = readText(makeBadge({ label, message: "passing", style }));
    expect(reading.label.toLowerCase()).toBe(label.toLowerCase());
    expect(reading.state).toBe("passing");
  });
});

describe.each(["classic", "flat"] as const)("a badge of badgen in the style %s", (style) => {
  test.each(WORDS)("says %s in every colour", (status, state) => {
    for (const color of ["green", "red", "orange", "blue", "grey", "3C1"]) {
      const body = badgen({ label: "build", status, color, style });
      expect(readText(body)).toMatchObject({ state, label: "build", message: status });
    }
  });
});

test.each(["flat", "social"] as const)(
  "a label that repeats the message is not taken for its shadow (%s)",
  (style) => {
    const reading = readText(makeBadge({ label: "passing", message: "passing", style }));
    expect(reading).toMatchObject({ message: "passing", state: "passing" });
    expect(reading.label.toLowerCase()).toBe("passing");
  },
);
