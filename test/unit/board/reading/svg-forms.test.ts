import { describe, expect, test } from "vitest";
import { readText, svg, twoPart } from "../../../support/board-badges.ts";

const text = (words: string, x: number, more = "") =>
  `<text x="${x}" y="14" ${more}>${words}</text>`;

describe("the words of an SVG", () => {
  test("are label and message from left to right, not in document order", () => {
    expect(readText(svg(text("passing", 70) + text("failing-tests", 20)))).toMatchObject({
      label: "failing-tests",
      message: "passing",
      state: "passing",
    });
  });

  test("are placed through groups that shift and scale", () => {
    const moved = `<g transform="translate(42)"><text><tspan x="4" y="14">failing</tspan></text></g>`;
    const body = svg(
      `${moved}<g transform="scale(.1)"><text x="221" y="140">passing-tests</text></g>`,
    );
    expect(readText(body)).toMatchObject({ label: "passing-tests", message: "failing" });
  });

  test("count once however many shadows they have", () => {
    const shadow = 'fill="#010101" fill-opacity=".3"';
    const body = svg(
      text("build", 20, shadow) +
        text("build", 20.4) +
        text("passing", 70, shadow) +
        text("passing", 70),
    );
    expect(readText(body)).toMatchObject({ label: "build", message: "passing" });
  });

  test('go on in a tspan below: "not" over "passing" is not passing', () => {
    const body = svg('<text x="20" y="8">not<tspan x="20" y="16">passing</tspan></text>');
    expect(readText(body)).toMatchObject({ state: "failing", message: "not passing" });
  });

  test("are two where a tspan stands further right", () => {
    const body = svg(
      '<text><tspan x="10" y="14">build</tspan><tspan x="60" y="14">failing</tspan></text>',
    );
    expect(readText(body)).toMatchObject({ label: "build", message: "failing" });
  });

  test.each([
    ["display", text("passing", 70, 'display="none"')],
    ["visibility", text("passing", 70, 'style="visibility: hidden"')],
    ["opacity", `<g opacity="0">${text("passing", 70)}</g>`],
    ["place", text("passing", 700)],
    ["a class", `<style>.a, .gone { display: none }</style>${text("passing", 70, 'class="gone"')}`],
    ["a definition", `<defs>${text("passing", 70)}</defs>`],
    ["foreign content", "<foreignObject><p>passing</p></foreignObject>"],
    ["a script", "<script>passing</script>"],
  ])("do not count where they are hidden by %s", (_by, hidden) => {
    expect(readText(svg(text("build", 20) + hidden)).state).not.toBe("passing");
    expect(readText(svg(text("build", 20) + text("failing", 60) + hidden)).state).toBe("failing");
  });

  test("are taken from the title where the message is a picture", () => {
    expect(readText(svg("<title>build: passing</title><path d='M0 0'/>"))).toMatchObject({
      label: "build",
      message: "passing",
      rule: 'title: the word "passing"',
    });
  });

  test("of a title with several separators end in the message", () => {
    expect(readText(svg("<title>Build - Deploy: all - failing</title>"))).toMatchObject({
      label: "Build - Deploy: all",
      message: "failing",
    });
  });

  test("are those of the document's title, not of a tooltip inside", () => {
    expect(readText(svg("<g><title>build: passing</title></g>")).state).toBe("unknown");
  });
});

describe("sources that disagree", () => {
  const drawn = text("build", 20) + text("passing", 70);

  test("failing in the title wins over passing in the text", () => {
    expect(readText(svg(`<title>build: failing</title>${drawn}`))).toMatchObject({
      state: "failing",
      rule: 'title: the word "failing"',
    });
  });

  test("any other contradiction leaves a passing unknown", () => {
    const reading = readText(svg(`<title>build: running</title>${drawn}`));
    expect(reading).toMatchObject({ state: "unknown", rule: expect.stringContaining("but title") });
  });

  test("words that are drawn and not understood are not overruled by the title", () => {
    const body = svg(`<title>build: passing</title>${text("build", 20)}${text("kaputt", 70)}`);
    expect(readText(body).state).toBe("unknown");
  });

  test("a word on the opposite colour keeps its meaning and says so", () => {
    expect(readText(twoPart("build", "passing", "#e05d44"))).toMatchObject({
      state: "passing",
      rule: 'text: the word "passing"',
      conflict: 'passing (text: the word "passing") on red (#e05d44)',
      confidence: 0.5,
    });
  });
});

describe("a badge without words", () => {
  const filled = (...fills: string[]) =>
    svg(
      fills
        .map((fill, at) => `<rect x="${at * 30}" width="30" height="20" fill="${fill}"/>`)
        .join(""),
    );

  test.each([
    ["#44cc11", "passing"],
    ["#4c1", "passing"],
    ["rgb(68, 187, 0)", "passing"],
    ["#0fc389", "passing"],
    ["#e05d44", "failing"],
    ["#f24646", "failing"],
    ["#603408", "running"],
  ])("with the fill %s is %s, because a service is known for it", (fill, state) => {
    expect(readText(filled("#555", fill))).toMatchObject({
      state,
      rule: expect.stringMatching(/^color: the fill #[0-9a-f]{6} of /u),
    });
  });

  test.each([
    ["a green that nobody is known for", ["#555", "#4cd11"]],
    ["another green", ["#555", "#22aa22"]],
    ["the green that is unknown elsewhere", ["#555", "#97ca00"]],
    ["an amber", ["#555", "#dfb317"]],
    ["a grey", ["#555", "#9f9f9f"]],
    ["passing's green beside a red", ["#4c1", "#f01f7a"]],
    ["passing's green beside failing's red", ["#4c1", "#e05d44"]],
    ["passing's green, see-through", ["#555", "rgba(68, 204, 17, 0.2)"]],
    ["no fill", []],
  ])("is unknown with %s", (_what, fills) => {
    expect(readText(filled(...fills)).state).toBe("unknown");
  });

  test("is failing by a hue alone, never passing", () => {
    expect(readText(filled("#555", "#d11")).state).toBe("failing");
    expect(readText(filled("#555", "#1d1")).state).toBe("unknown");
  });

  test.each([
    ["HTML", "<foreignObject><p>failing</p></foreignObject>"],
    ["a picture", '<image href="data:image/png;base64,AAAA"/>'],
    ["text by reference", '<symbol id="a"><text>failing</text></symbol><use href="#a"/>'],
  ])("is unknown by colour where it shows %s that was not read", (_what, hidden) => {
    const green = '<rect width="9" height="9" fill="#4c1"/>';
    expect(readText(svg(green)).state).toBe("passing");
    expect(readText(svg(green + hidden)).state).toBe("unknown");
  });

  test("has its colour through a gradient or a class", () => {
    const stops = '<stop stop-color="#34D058"/><stop stop-color="#28A745"/>';
    const gradient = `<linearGradient id="a">${stops}</linearGradient><path fill="url(#a)" d=""/>`;
    expect(readText(svg(gradient)).state).toBe("passing");
    const css = "<style>.b{fill:#1abc9c}</style><rect class='b' width='9' height='9'/>";
    expect(readText(svg(css)).state).toBe("passing");
  });

  test("is read by its ids if they agree, and by a comment that names the result", () => {
    expect(readText(svg('<g id="status_success"><path d=""/></g>'))).toMatchObject({
      state: "passing",
      rule: 'id: an element\'s id says "success"',
    });
    expect(readText(svg('<g id="FAILED"/><g id="passed"/>')).state).toBe("unknown");
    expect(readText(svg("<!-- QUALITY GATE FAIL --><path d=''/>"))).toMatchObject({
      state: "failing",
      rule: 'comment: a comment says the word "fail"',
    });
    expect(readText(svg("<!-- all ok with this drawing --><path d=''/>")).state).toBe("unknown");
  });

  test("has no say by colour once there are words that we do not understand", () => {
    expect(readText(twoPart("build", "rutabaga", "#4c1")).state).toBe("unknown");
    expect(readText(twoPart("PRs", "welcome", "#4c1")).state).toBe("info");
  });
});
