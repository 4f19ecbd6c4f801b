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
      "## Pystol: failed: shop/ping ended Failed: 3 of 10 requests were lost. &#40;1 of 2 actions ended as expected&#41;

      | Action | Role | Verdict | Expected | Verified | Targets | Took |
      | --- | --- | --- | --- | --- | --- | --- |
      | shop/kill-web | killpods | Passed | yes | yes | 1 | 13 s |
      | shop/ping | killpods | **Failed** | **no**, Passed | - | 0 | 13 s |

      <details><summary>shop/kill-web: Passed</summary>

      Killed 1 pod.

      | Target | Outcome | Evidence |
      | --- | --- | --- |
      | Pod shop/web-1 | killed | <code>&#123;&#34;gone&#34;:7&#125;</code> |

      </details>

      <details open><summary>shop/ping: Failed</summary>

      3 of 10 requests were lost.

      </details>

      2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z.
      "
    `);
  });

  test("marks a pass without evidence as unverified", () => {
    const summary = summaryMarkdown(results(result({ verified: false })));
    expect(summary).toContain("| Passed | yes | no, unverified |");
  });

  test("keeps hostile names and messages within their cells", () => {
    for (const text of hostile) {
      const bad = result({
        name: text,
        message: text,
        expect: [text],
        expected: false,
        targets: [{ kind: text, name: text, outcome: text, evidence: { [text]: text } }],
      });
      const plain = summaryMarkdown(results(result({ name: "x", message: "x" })));
      const summary = summaryMarkdown(results({ ...bad, expected: true }));
      expect(summary.split("\n")).toHaveLength(plain.split("\n").length);
      expect(summary.match(/<[^>]*>/g)).toEqual(plain.match(/<[^>]*>/g));
      expect(summary.match(/\|/g)).toEqual(plain.match(/\|/g));
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
    expect(summary).toContain("| shop/a199 |");
  });
});
