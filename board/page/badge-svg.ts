import { escapeText } from "./markup.ts";

const LABEL_COLOR = "#555555";
const NO_COLOR = "#6b6b6b";
const LONGEST = 60; // characters of a half

/**
 * A badge drawn anew from its words and colour, as SVG without style attributes, which the page's policy forbids. Nothing of the
 * fetched picture is in it.
 */
export function badgeSvg(label: string, message: string, color: string | undefined): string {
  const halves = [
    { text: shorten(label), fill: LABEL_COLOR },
    { text: shorten(message), fill: /^#[0-9a-f]{6}$/iu.test(color ?? "") ? color : NO_COLOR },
  ].filter(({ text }) => text !== "");
  if (halves.length === 0) return "";
  let x = 0;
  const drawn = halves.map(({ text, fill = NO_COLOR }) => {
    const width = widthOf(text);
    const middle = x + width / 2;
    const rect = `<rect x="${x}" width="${width}" height="20" fill="${fill}"/>`;
    x += width;
    return `${rect}<text x="${middle}" y="14" fill="${inkOn(fill)}">${escapeText(text)}</text>`;
  });
  const name = escapeText(halves.map(({ text }) => text).join(": "));
  return `<svg class="badge" viewBox="0 0 ${x} 20" width="${x}" height="20" role="img" aria-label="${name}">${drawn.join("")}</svg>`;
}

/** Room for a text of 11 px: letters are narrow, signs of East Asia and emoji are wide. */
function widthOf(text: string): number {
  const letters = [...text].reduce((sum, char) => sum + (char < "\u1100" ? 6.8 : 12), 0);
  return Math.round(letters + 12);
}

/** Black or white, whichever can be read better. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

function shorten(text: string): string {
  const chars = [...text.trim()];
  return chars.length <= LONGEST ? chars.join("") : `${chars.slice(0, LONGEST - 1).join("")}…`;
}
