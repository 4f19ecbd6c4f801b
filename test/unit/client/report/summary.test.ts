import { describe, expect, test } from "vitest";
import { escapeMarkdown } from "../../../../client/report/markdown.ts";
import { summaryMarkdown } from "../../../../client/report/summary.ts";
import { result, results } from "../../../support/action-results.ts";

const hostile = [
  "<script>alert(1)</script>",
  "</details><img src=x onerror=alert(1)>",
  "a | b | c",
  "`code` **bold** _it_ ~~s~~",
  "[click](javascript:alert(1)) ![i](http://evil/x.png)",
  "line\n\n# heading\n- item",
  "$math$ @everyone #1 https://evil.example www.evil.example",
  "\u202egnp.exe\u0007\u001b[31m",
];

describe("text of strangers in Markdown", () => {
  test.each(hostile)("%j keeps no character that could be markup", (text) => {
    const escaped = escapeMarkdown(text).replace(/&#\d+;/g, "");
    expect(escaped).not.toMatch(/[<>`*_[\]()|\\~!@$^{}"'\n\r\p{Cc}\u202a-\u202e]|:\/\/|www\./u);
  });

  test.each(hostile.slice(0, 5))("%j reads as it was once a renderer has decoded it", (text) => {
    const decoded = escapeMarkdown(text).replace(/&#(\d+);/g, (_all, code) =>
      String.fromCodePoint(Number(code)),
    );
    expect(decoded).toBe(text);
  });

  test("leaves plain names readable", () => {
    expect(escapeMarkdown("shop/kill-web: Killed 2 pods.")).toBe("shop/kill-web: Killed 2 pods.");
  });
});

const everything = {
  ...results(result()),
  steps: [
    { name: "Check", outcome: "passed" as const, seconds: 0.4 },
    { name: "Images", outcome: "skipped" as const, seconds: 0, message: "none were given" },
  ],
  commands: [
    {
      actions: ["shop/kill-web"],
      outcome: "failed" as const,
      exitCode: 1,
      seconds: 20,
      coveredSeconds: 12,
      message: "2 of 31 tests failed",
    },
  ],
  probes: [
    {
      name: "web",
      phase: "during" as const,
      outcome: "breached" as const,
      checks: 40,
      failures: 9,
      message: "answered 503",
    },
  ],
};

describe("the summary", () => {
  test("begins with the outcome and its reason, then a row for each action", () => {
    const failed = result({
      name: "ping",
      verdict: "Failed",
      expected: false,
      verified: false,
      message: "3 of 10 requests were lost.",
      targets: [],
    });
    expect(summaryMarkdown(results(result(), failed))).toMatchInlineSnapshot(`
      "## ❌ Pystol: failed

      **shop/ping ended Failed: 3 of 10 requests were lost.**

      1 of 2 actions ended as expected

      |  | Action | Role | Verdict | Evidence | Undone | Targets | Took |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | ✅ | shop/kill-web | killpods | Passed | yes | - | 1 | 13 s |
      | ❌ | shop/ping | killpods | **Failed**, expected Passed | - | - | 0 | 13 s |

      \`\`\`mermaid
      %%{init: {"gantt": {"leftPadding": 101}}}%%
      gantt
        dateFormat YYYY-MM-DD HH:mm:ss.SSS
        axisFormat %M:%S
        todayMarker off
        section shop/kill-web
        Ran killpods - Passed (13 s) :active, 2001-01-01 00:00:00.000, 2001-01-01 00:00:12.500
        section shop/ping
        Ran killpods - Failed (13 s) :crit, 2001-01-01 00:00:00.000, 2001-01-01 00:00:12.500
      \`\`\`

      <details><summary>✅ shop/kill-web: Passed</summary>

      Killed 1 pod.

      | Target | Outcome | Evidence |
      | --- | --- | --- |
      | Pod shop/web-1 | killed | <code>&#123;&#34;gone&#34;:7&#125;</code> |

      </details>

      <details open><summary>❌ shop/ping: Failed</summary>

      3 of 10 requests were lost.

      </details>

      2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z, 1 min.
      "
    `);
  });

  test("marks a pass without evidence as unverified", () => {
    const summary = summaryMarkdown(results(result({ verified: false })));
    expect(summary).toContain("## ⚠️ Pystol: passed, unverified");
    expect(summary).toContain("| ⚠️ | shop/kill-web | killpods | Passed | no, unverified |");
  });

  test("says first what failed as a whole, and then everything else", () => {
    const bad = result({ verdict: "Error", expected: false, message: "gone" });
    const summary = summaryMarkdown({ ...results(bad), message: "no cluster" });
    expect(summary).toMatch(
      /^## ❌ Pystol: failed\n\n\*\*no cluster\*\*\n\n- shop\/kill-web ended Error: gone\n\n/,
    );
  });

  test.each([
    [{ recovered: false }, "shop/kill-web ended Passed, but its effect was not seen to end"],
    [{ verified: false }, "shop/kill-web ended Passed, but without evidence, which is required"],
  ])("says why %j is not as expected", (changes, reason) => {
    const summary = summaryMarkdown(results(result({ ...changes, expected: false })));
    expect(summary).toContain(`**${reason}: Killed 1 pod.**`);
  });

  test("shows the commands, the probes and the parts of the run, the failed ones with their reason", () => {
    const summary = summaryMarkdown({ ...everything, outcome: "failed" });
    expect(summary).toContain(
      "| ❌ | run under shop/kill-web | exit code 1 | 20 s | 12 s, 60 % | 2 of 31 tests failed |",
    );
    expect(summary).toContain("| ❌ | web | during | 9 of 40 | answered 503 |");
    expect(summary).toContain("<details><summary>Parts of the run, 1 min in all</summary>");
    expect(summary).toContain("| ➖ | Images | skipped | none were given |");
    expect(summary).toContain(
      "**The probe web was breached during the fault, 9 of 40 checks failed: answered 503**\n\n- The command under",
    );
  });

  test("does not call a run without actions green", () => {
    expect(summaryMarkdown(results())).toMatch(/^## ➖ Pystol: nothing was run\n/);
  });

  test("keeps hostile names and messages within their cells", () => {
    const summaryWith = (text: string) => {
      const [step, command, probe] = [
        { ...everything.steps[0], name: text, message: text },
        { ...everything.commands[0], actions: [text], message: text },
        { ...everything.probes[0], name: text, message: text },
      ];
      const bad = result({
        name: text,
        role: text,
        message: text,
        file: text,
        expect: [text],
        expected: false,
        targets: [{ kind: text, name: text, outcome: text, evidence: { [text]: text } }],
      });
      const whole = { ...results(bad), message: text, cluster: { name: text } };
      return summaryMarkdown({
        ...whole,
        steps: [step],
        commands: [command],
        probes: [probe],
      } as never);
    };
    const plain = summaryWith("x");
    for (const text of hostile) {
      const summary = summaryWith(text);
      expect(summary.split("\n")).toHaveLength(plain.split("\n").length);
      expect(summary.match(/<[^>]*>/g)).toEqual(plain.match(/<[^>]*>/g));
      expect(summary.match(/\|/g)).toEqual(plain.match(/\|/g));
      expect(summary.match(/`+/g)).toEqual(plain.match(/`+/g));
    }
  });

  test("links to the run it belongs to", () => {
    const link = { text: "CI #7 of o/r", url: "https://github.com/o/r/actions/runs/1" };
    expect(summaryMarkdown(results(), link)).toContain(
      "[CI &#35;7 of o/r](<https://github.com/o/r/actions/runs/1>)",
    );
  });

  test("stays below the megabyte that a runner takes, and says what it left out", () => {
    const evidence = { log: "|".repeat(10_000) };
    const targets = Array.from({ length: 32 }, (_, index) => ({
      kind: "Pod",
      name: `web-${index}`,
      evidence,
    }));
    const many = Array.from({ length: 200 }, (_, index) => result({ name: `a${index}`, targets }));
    const summary = summaryMarkdown(results(...many));
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/\d+ more actions' details are left out here; results\.json has all\./);
    expect(summary).toContain("| ✅ | shop/a199 |");
  });
});
