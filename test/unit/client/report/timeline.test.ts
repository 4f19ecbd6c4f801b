import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timelineMarkdown } from "../../../../client/report/timeline.ts";
import { result, results } from "../../../support/action-results.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const held = result({
  name: "partition",
  role: "networkpartition",
  startTime: at(5),
  injectedTime: at(10),
  recoveredTime: at(40),
  completionTime: at(42),
  recovered: true,
});
const command = {
  actions: ["shop/partition"],
  outcome: "failed" as const,
  exitCode: 1,
  startTime: at(11),
  completionTime: at(30),
  seconds: 19,
  coveredSeconds: 19,
  message: "",
};
const probe = {
  name: "web",
  phase: "during" as const,
  outcome: "breached" as const,
  checks: 9,
  failures: 4,
  message: "503",
  startTime: at(10),
  completionTime: at(40),
};

/** The only lines that a picture may have: every one of them is one that Mermaid's gantt takes. */
const LINE =
  /^( {2}section [^\n:;#%`<>{}]+| {2}(Ran|Started|Fault held|Ended|Command|Held|Breached)[^\n:;#%`<>{}]* :((done|active|crit), )?2001-01-01 \d\d:\d\d:\d\d\.\d{3}, 2001-01-01 \d\d:\d\d:\d\d\.\d{3})$/;

describe("the timeline", () => {
  test("has a bar for each part of a fault, the command and the probes, counted from the start", () => {
    const given = { ...results(result(), held), commands: [command], probes: [probe] };
    expect(timelineMarkdown(given)).toMatchInlineSnapshot(`
      "\`\`\`mermaid
      %%{init: {"gantt": {"leftPadding": 107}}}%%
      gantt
        dateFormat YYYY-MM-DD HH:mm:ss.SSS
        axisFormat %M:%S
        todayMarker off
        section shop/kill-web
        Ran killpods - Passed (13 s) :active, 2001-01-01 00:00:00.000, 2001-01-01 00:00:12.500
        section shop/partition
        Started (5.0 s) :done, 2001-01-01 00:00:05.000, 2001-01-01 00:00:10.000
        Fault held (30 s) :active, 2001-01-01 00:00:10.000, 2001-01-01 00:00:40.000
        Ended Passed (2.0 s) :done, 2001-01-01 00:00:40.000, 2001-01-01 00:00:42.000
        section Your command
        Command - exit code 1 (19 s) :crit, 2001-01-01 00:00:11.000, 2001-01-01 00:00:30.000
        section Probe web
        Breached during - 4/9 (30 s) :crit, 2001-01-01 00:00:10.000, 2001-01-01 00:00:40.000
      \`\`\`
      "
    `);
  });

  test("marks what was not undone, until the end of the action", () => {
    const lost = { ...held, recovered: false, recoveredTime: null, expected: false };
    expect(timelineMarkdown(results(lost))).toContain(
      "Fault held - end not seen (32 s) :crit, 2001-01-01 00:00:10.000, 2001-01-01 00:00:42.000",
    );
  });

  test("is empty where nothing ran", () => {
    expect(timelineMarkdown(results(result({ startTime: null, completionTime: null })))).toBe("");
  });

  test("draws forty bars at most, what went wrong among them, and says how many it left out", () => {
    const many = Array.from({ length: 60 }, (_, index) => result({ name: `a${index}` }));
    const bad = result({ name: "bad", verdict: "Failed", expected: false });
    const text = timelineMarkdown(results(...many, bad));
    expect(text.match(/Ran killpods/g)).toHaveLength(40);
    expect(text).toContain("section shop/bad");
    expect(text).toContain("21 more bars are left out of the picture.");
  });

  test("draws how long faults held rather than how they started, where there are many", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...held, name: `a${index}` }));
    const text = timelineMarkdown(results(...many));
    expect(text.match(/Fault held/g)).toHaveLength(30);
    expect(text).toContain("50 more bars are left out of the picture.");
  });

  test("has no line but its own, whatever a name holds", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "```\n# x",
        "%%{init: {}}%%",
        "a: crit, 1, 2",
        "x;click y",
        "\u2028section z",
        "#quot;",
      ),
    );
    fc.assert(
      fc.property(text, text, (name, role) => {
        const given = { ...results({ ...held, name, role }), probes: [{ ...probe, name }] };
        const lines = timelineMarkdown(given).split(/[\n\r\u2028\u2029]/);
        expect(lines[0]).toBe("```mermaid");
        expect(lines[1]).toMatch(/^%%\{init: \{"gantt": \{"leftPadding": \d{2,3}\}\}\}%%$/);
        expect(lines[2]).toBe("gantt");
        expect(lines.slice(-2)).toEqual(["```", ""]);
        for (const line of lines.slice(6, -2)) expect(line).toMatch(LINE);
      }),
    );
  });
});
