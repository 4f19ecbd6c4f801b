import { describe, expect, test } from "vitest";
import { BODY_LIMIT_BYTES, readBadge } from "../../../../board/reading/read-badge.ts";
import { readText, svg, twoPart } from "../../../support/board-badges.ts";

describe("hostile SVG", () => {
  test("entities of its own are refused, XML's five are understood", () => {
    const doctype =
      '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY p "passing">]>';
    expect(readText(doctype + svg("<text x='1'>&e;</text>"))).toMatchObject({
      state: "unknown",
      message: "",
    });
    expect(readText(doctype + svg("<text x='1'>&p;</text>")).state).toBe("unknown");
    expect(readText(doctype + svg("<text x='1'>pa&#115;sing</text>")).state).toBe("passing");
  });

  test("nested entities do not grow", () => {
    const laughs = Array.from(
      { length: 9 },
      (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
    );
    const doctype = `<!DOCTYPE svg [<!ENTITY l0 "lol">${laughs.join("")}]>`;
    expect(readText(doctype + svg("<text>&l9;</text>")).state).toBe("unknown");
  });

  test("words of scripts, handlers and foreign content are not read", () => {
    const active = `<script>failing</script><foreignObject><body>failing</body></foreignObject>`;
    const body = svg(
      `${active}<text x="20">x</text><text x="65">passing</text>`,
      'onload="failing()"',
    );
    expect(readText(body)).toMatchObject({ label: "x", message: "passing", state: "passing" });
  });

  test("long words are cut in what is shown", () => {
    const reading = readText(twoPart("a".repeat(5000), `${"b".repeat(400)} failing`));
    expect(reading.label).toHaveLength(120);
    expect(reading.message).toHaveLength(120);
    expect(reading.state).toBe("failing");
  });

  test("invisible characters and full-width letters do not hide a word", () => {
    expect(readText(twoPart("build", "fai\u200bl\u00ading")).state).toBe("failing");
    expect(readText(twoPart("build", "ｆａｉｌｉｎｇ")).state).toBe("failing");
    expect(readText(twoPart("build", "not\u00a0passing")).state).toBe("failing");
  });
});

describe("characters that mislead the eye", () => {
  const OVERRIDES = ["\u202e", "\u202d", "\u2066", "\u2067", "\u2069", "\u200f", "\u061c"];

  test.each([
    ...OVERRIDES,
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u3164",
    "\u034f",
    "\u{e0041}",
    "\u2800",
  ])("%j is neither shown nor does it part a word", (mark) => {
    const reading = readText(twoPart(`bu${mark}ild`, `fai${mark}ling`));
    expect(reading).toMatchObject({ label: "build", message: "failing", state: "failing" });
    const fromJson = JSON.stringify({ label: `bu${mark}ild`, message: `fai${mark}ling` });
    expect(readText(fromJson)).toMatchObject({ label: "build", message: "failing" });
    expect(readText(`fai${mark}led`)).toMatchObject({ message: "failed", state: "failing" });
  });

  test("half a character of JSON is replaced, so that the page stays well-formed", () => {
    const reading = readText('{"label":"a\\ud800","message":"failing \\udc00"}');
    expect(reading).toMatchObject({ label: "a\ufffd", state: "failing" });
    expect(Object.values(reading).every((value) => String(value).isWellFormed())).toBe(true);
  });

  test("a text in an element that draws none leaves the colour unbelieved", () => {
    expect(readText(svg('<rect width="90" height="20" fill="#4c1"/>')).state).toBe("passing");
    const body = svg('<rect width="90" height="20" fill="#4c1"/><vext>failing</vext>');
    expect(readText(body).state).toBe("unknown");
  });
});

describe("a body that is no badge", () => {
  test.each([
    ["256 KiB of <", "<".repeat(BODY_LIMIT_BYTES)],
    ["256 KiB of [", "[".repeat(BODY_LIMIT_BYTES)],
    ['256 KiB of {"a":', '{"a":'.repeat(BODY_LIMIT_BYTES / 5)],
    ["256 KiB of comments that do not end", "<!--".repeat(BODY_LIMIT_BYTES / 4)],
    [
      "a feed that does not end",
      `<Projects>${"<Project name='a' lastBuildStatus='Success'>".repeat(5000)}`,
    ],
    ["a script alone", "<script>passing</script>"],
    ["an SVG inside of HTML", `<!doctype html><body>${twoPart("build", "passing")}</body>`],
    ["two documents", twoPart("a", "passing") + twoPart("b", "passing")],
  ])("%s is unknown", (_what, body) => {
    expect(readText(body).state).toBe("unknown");
  });

  test("UTF-16 without its mark, and with bytes that are none, is unknown", () => {
    const body = Buffer.from(twoPart("build", "passing"), "utf16le");
    expect(readBadge({ body }).state).toBe("unknown");
    const lone = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      body.subarray(0, 80),
      Buffer.from([0x00, 0xd8]),
    ]);
    expect(readBadge({ body: lone }).state).toBe("unknown");
  });
});

describe("work is linear in the size of the body", () => {
  const fill = (piece: string) =>
    piece.repeat(Math.floor((BODY_LIMIT_BYTES - 1000) / piece.length));
  const BODIES: Record<string, string> = {
    "deep nesting": `${"<g>".repeat(36_000)}${"</g>".repeat(36_000)}`,
    "many texts": fill('<text x="9" y="9">a</text>'),
    "many texts at different places": Array.from(
      { length: 8000 },
      (_, x) => `<text x="${x}">ab</text>`,
    ).join(""),
    "many tspans": `<text>${fill('<tspan x="5" y="9">a</tspan>')}</text>`,
    "many classes": `<style>${fill(".a,.b{fill:#4c1}")}</style>`,
    "one long class list": `<style>.a{fill:red}</style><g class="${fill("a ")}"/>`,
    "many attributes": `<g ${Array.from({ length: 12_000 }, (_, at) => `a${at}="b"`).join(" ")}/>`,
    "long transforms": `<g transform="${fill("translate(1)")}"><text>a</text></g>`,
    "blanks in a text": `<text>a${fill(" ")}b</text>`,
    "marks in a text": `<text>${fill("!")}x</text>`,
    "dots in a text": `<text>${fill(".")}x</text>`,
    negations: `<text>${fill("no not ")}passing</text>`,
    numbers: `<text>${fill("1,000 ")}failed</text>`,
    hyphens: `<text>${fill("a-")}</text>`,
    "state words": `<text>${fill("failed ")}</text>`,
    "ligatures that grow": `<text>${fill("\ufdfa")}</text>`.slice(0, BODY_LIMIT_BYTES / 4),
    comments: fill("<!-- status build gate -->"),
    ids: fill('<g id="status_success"/>'),
    entities: `<text>${fill("&amp;")}</text>`,
    gradients: fill('<linearGradient id="a"><stop stop-color="#4c1"/></linearGradient>'),
    "digits as a colour": `<rect fill="${fill("9")}"/>`,
    "an aria-label of separators": fill(": "),
  };

  test.each(Object.entries(BODIES))("%s", (name, inside) => {
    const body = name.startsWith("an aria") ? svg("", `aria-label="${inside}"`) : svg(inside);
    const start = process.threadCpuUsage();
    readText(body);
    const { user } = process.threadCpuUsage(start); // in µs; other programs do not count
    // Quadratic work on 256 KiB would take minutes.
    expect(user / 1e6).toBeLessThan(2);
  });
});
