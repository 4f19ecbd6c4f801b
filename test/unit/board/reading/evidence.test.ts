import { describe, expect, test } from "vitest";
import { BODY_LIMIT_BYTES, readBadge } from "../../../../board/reading/read-badge.ts";
import { readText, svg, twoPart } from "../../../support/board-badges.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const passing = bytes(twoPart("build", "passing", "#4c1"));

describe("the HTTP answer", () => {
  test.each([401, 403, 404, 410, 429, 500, 503])(
    "%i is unknown whatever the badge says",
    (status) => {
      expect(readBadge({ body: passing, httpStatus: status })).toEqual({
        state: "unknown",
        label: "build",
        message: "passing",
        rule: `http: the service answered ${status}`,
        confidence: 0,
      });
    },
  );

  test("200 leaves the decision to the badge", () => {
    expect(readBadge({ body: passing, httpStatus: 200 }).state).toBe("passing");
  });

  test.each([
    ['inline; filename="passing.svg"', "passing"],
    ["inline; filename=failing.svg", "failing"],
    ["inline; filename=badge.svg", "unknown"],
    [`inline; filename="${"a".repeat(5000)}`, "unknown"],
  ])(
    "Content-Disposition %j names the state of a wordless picture",
    (contentDisposition, state) => {
      expect(readBadge({ body: bytes(svg("<path d=''/>")), contentDisposition }).state).toBe(state);
    },
  );

  test("Content-Disposition is not asked where words are drawn", () => {
    const body = bytes(twoPart("build", "rutabaga"));
    const contentDisposition = "inline; filename=passing.svg";
    expect(readBadge({ body, contentDisposition }).state).toBe("unknown");
  });
});

describe("what is no badge is unknown, and the rule says why", () => {
  test.each([
    ["an empty body", "", /empty/u],
    ["blanks", " \n\t ", /empty/u],
    ["an HTML page", "<!DOCTYPE html><html><body>passing</body></html>", /HTML/u],
    [
      "an XHTML page",
      '<?xml version="1.0"?><html><body>passing</body></html>',
      /root element is <html>/u,
    ],
    ["XML that breaks off", svg("<text>passing</text>").slice(0, -4), /not well-formed/u],
    ["an unclosed attribute", '<svg width="passing', /not well-formed/u],
    [
      "prose",
      "The build of main is passing, they say, since the day before yesterday, and we hope it lasts",
      /text/u,
    ],
    ["other text", "lorem ipsum", /text/u],
  ])("%s", (_what, body, rule) => {
    expect(readText(body)).toMatchObject({ state: "unknown", rule: expect.stringMatching(rule) });
  });

  test.each([
    ["PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d]],
    ["gzip", [0x1f, 0x8b, 0x08]],
    ["binary", [0x00, 0x01, 0x02]],
  ])("%s bytes", (format, body) => {
    expect(readBadge({ body: Uint8Array.from(body) })).toMatchObject({
      state: "unknown",
      rule: expect.stringContaining(format),
    });
  });

  test("a body over the limit, which is not even parsed", () => {
    const body = bytes(twoPart("build", "passing") + " ".repeat(BODY_LIMIT_BYTES));
    expect(readBadge({ body })).toMatchObject({
      state: "unknown",
      rule: expect.stringMatching(/^size:/u),
    });
  });
});

describe("text in other encodings", () => {
  test("UTF-16 with a byte order mark", () => {
    const body = Buffer.from(`\ufeff${twoPart("build", "failing")}`, "utf16le");
    expect(readBadge({ body }).state).toBe("failing");
  });

  test("Latin-1 where the XML declaration says so", () => {
    const xml = `<?xml version="1.0" encoding="ISO-8859-1"?>${twoPart("qualité", "passing")}`;
    expect(readBadge({ body: Buffer.from(xml, "latin1") }).label).toBe("qualité");
  });

  test("UTF-8 with a byte order mark", () => {
    expect(readText(`\ufeff${twoPart("build", "passing")}`).state).toBe("passing");
  });

  test("plain text of one word", () => {
    expect(readText("Success\n")).toMatchObject({ state: "passing", message: "Success" });
  });
});

describe("JSON", () => {
  const read = (value: unknown) => readText(JSON.stringify(value));

  test.each([
    [{ schemaVersion: 1, label: "build", message: "passing", color: "red" }, "passing"],
    [{ schemaVersion: 1, label: "build", message: "3 failing", color: "brightgreen" }, "failing"],
    [{ schemaVersion: 1, label: "docs", message: "completed", color: "brightgreen" }, "passing"],
    [{ schemaVersion: 1, label: "docs", message: "completed", color: "grey" }, "unknown"],
    [{ schemaVersion: 1, label: "uptime", message: "99.9%", color: "red" }, "passing"],
    [{ schemaVersion: 1, label: "x", message: "rutabaga", color: "brightgreen" }, "unknown"],
    [{ schemaVersion: 1, label: "x", message: "", color: "brightgreen" }, "passing"],
    [{ schemaVersion: 1, label: "x", message: "", color: "green" }, "unknown"],
    [{ schemaVersion: 1, label: "build", message: "passing", isError: true }, "unknown"],
    [{ name: "build", value: "failing" }, "failing"],
    [{ label: "tests", message: 12 }, "info"],
    [{ status: "completed", conclusion: "failure" }, "failing"],
    [{ status: "completed", conclusion: "success" }, "passing"],
    [{ status: "in_progress", conclusion: null }, "running"],
    [{ state: "success", message: "1 check failed" }, "failing"],
    [{ state: "success", status: "unknown" }, "unknown"],
    [{ badge_level: "silver" }, "unknown"],
    [{ label: ["passing"], message: { a: "passing" } }, "unknown"],
    [{}, "unknown"],
    [[{ message: "passing" }], "unknown"],
    [["passing"], "unknown"],
  ])("%j is %s", (value, state) => {
    expect(read(value).state).toBe(state);
  });

  test("that is cut off is unknown", () => {
    expect(readText('{"message":"passing"')).toMatchObject({
      state: "unknown",
      rule: "json: not valid JSON (syntax error)",
    });
  });
});
