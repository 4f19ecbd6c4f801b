import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { badgeSvg } from "../../../board/page/badge-svg.ts";
import { escapeText } from "../../../board/page/markup.ts";
import { stripSvg } from "../../../board/page/strip.ts";
import { STATES } from "../../../board/reading/state.ts";

/** The elements and texts of XML; throws where it is none. */
function parsed(xml: string) {
  const names: string[] = [];
  let text = "";
  const parser = new SaxesParser();
  parser.on("opentag", ({ name }) => names.push(name));
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return { names, text };
}

const anyText = fc.string({ unit: "binary", maxLength: 40 });

describe("a drawn badge", () => {
  test("is well-formed and holds nothing but its own shapes, whatever the words are", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (label, message, color) => {
        const svg = badgeSvg(label, message, color);
        const names = svg === "" ? [] : parsed(svg).names;
        expect(names.every((name) => ["svg", "rect", "text"].includes(name))).toBe(true);
        expect(svg).not.toContain("style=");
      }),
    );
  });

  test("shows its words in its colour, with ink that can be read", () => {
    const svg = badgeSvg("build", "<b>passing", "#44cc11");
    expect(parsed(svg).text).toBe("build<b>passing");
    expect(svg).toContain('fill="#44cc11"');
    expect(svg).toContain('fill="#000000">&lt;b&gt;passing');
    expect(svg).toContain('fill="#ffffff">build');
  });

  test("takes no colour that is not one", () => {
    expect(badgeSvg("a", "b", '"/><script>')).toContain('fill="#6b6b6b"');
  });
});

describe("an escaped text", () => {
  test("is the same text again for a parser of XML, but for what XML cannot hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        expect(parsed(`<a b="${escapeText(text)}">${escapeText(text)}</a>`).text).toBe(text);
      }),
    );
    expect(escapeText("\u0000\ud800")).toBe("\ufffd\ufffd");
  });
});

describe("a strip", () => {
  test("draws nothing where nobody looked, and everything else where it was", () => {
    const parts = fc.array(
      fc.tuple(fc.constantFrom(...STATES, undefined), fc.double({ min: 0, max: 1, noNaN: true })),
    );
    fc.assert(
      fc.property(parts, (all) => {
        const ends = all.map(([, end]) => end).toSorted();
        const strip = all.map(([state], at) => {
          return { state, from: ends[at - 1] ?? 0, to: ends[at] ?? 1 };
        });
        const svg = stripSvg(strip);
        for (const state of STATES) {
          const seen = strip.some((part) => part.state === state);
          expect(svg.includes(`data-look="${state}"`)).toBe(seen);
        }
        for (const [, d = ""] of svg.matchAll(/ d="([^"]*)"/gu))
          expect(penEnd(d)).toBeLessThanOrEqual(200);
      }),
    );
  });

  test("shows a single look as a stroke", () => {
    expect(stripSvg([{ state: "failing", from: 1, to: 1 }])).toContain('d="M199 6h1"');
  });
});

/** Where the pen is after relative moves along a line. */
function penEnd(d: string): number {
  const steps = [...d.matchAll(/[Mmh](-?\d+)/gu)].map(([, step]) => Number(step));
  return steps.reduce((sum, step) => sum + step, 0);
}
