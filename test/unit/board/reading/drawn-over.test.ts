import { describe, expect, test } from "vitest";
import { readText, svg } from "../../../support/board-badges.ts";

const ground = '<rect width="40" height="20" fill="#555"/>';
const green = (inside = "") => `<rect x="40" width="60" height="20" fill="#4c1">${inside}</rect>`;
const text = (words: string, x: number, more = "") =>
  `<text x="${x}" y="14" ${more}>${words}</text>`;
const words = text("build", 20) + text("passing", 70);
const title = "<title>build: passing</title>";

describe("a passing is unknown where something may be drawn over it or strike it out", () => {
  test.each([
    [
      "a text of the definitions",
      `${ground}${green()}${words}<defs><text id="f">kaputt</text></defs><use href="#f"/>`,
    ],
    [
      "HTML with words",
      `${ground}${green()}${words}<foreignObject width="100" height="20"><p>kaputt</p></foreignObject>`,
    ],
    ["a picture", `${ground}${green()}${words}<image href="data:," width="100" height="20"/>`],
    ["an area", `${ground}${green()}${words}<rect width="100" height="20" fill="red"/>`],
    [
      "an area over the message",
      `${ground}${green()}${words}<rect x="41" width="55" height="20" fill="#000"/>`,
    ],
    [
      "a line through, as an attribute",
      `${ground}${green()}${text("build", 20)}${text("passing", 70, 'text-decoration="line-through"')}`,
    ],
    [
      "a line through, as a style",
      `${ground}${green()}<g style="text-decoration: line-through red">${words}</g>`,
    ],
    [
      "a line through, in a style sheet",
      `<style>text{text-decoration-line:line-through}</style>${ground}${green()}${words}`,
    ],
    ["an animated fill", `${ground}${green('<animate attributeName="fill" to="red"/>')}${words}`],
    ["a set fill", `${ground}${green('<set attributeName="fill" to="red"/>')}${words}`],
    [
      "an animated text",
      `${ground}${green()}${text("build", 20)}<text x="70" y="14">passing<animate attributeName="opacity" to="0"/></text>`,
    ],
    ["a switch", `${ground}${green()}${words}<switch><text systemLanguage="de">ok</text></switch>`],
    [
      "words of a style sheet",
      `<style>text::after{content:" not"}</style>${ground}${green()}${words}`,
    ],
  ])("%s", (_what, inside) => {
    expect(readText(svg(title + inside)).state).toBe("unknown");
  });
});

describe("a passing stands", () => {
  test.each([
    [
      "over a logo",
      `${ground}${green()}<image href="data:," x="5" y="3" width="14" height="14"/>${words}`,
    ],
    [
      "beside a logo that comes last",
      `${ground}${green()}${words}<image href="data:," x="5" y="3" width="14" height="14"/>`,
    ],
    [
      "below a see-through click area",
      `${ground}${green()}${words}<rect width="100" height="20" fill="rgba(0,0,0,0)"/>`,
    ],
    [
      "below a sheen",
      `<linearGradient id="s"><stop stop-color="#bbb" stop-opacity=".1"/></linearGradient>${ground}${green()}${words}<rect width="100" height="20" fill="url(#s)"/>`,
    ],
    ["underlined", `${ground}${green()}<g style="text-decoration: none">${words}</g>`],
    [
      "with an area by reference",
      `<defs><rect id="r" width="9" height="9"/></defs>${ground}${green()}${words}<use href="#r"/>`,
    ],
  ])("%s", (_what, inside) => {
    expect(readText(svg(title + inside)).state).toBe("passing");
  });
});
