/** Fits both of a reader's themes: https://www.w3.org/TR/mediaqueries-5/#prefers-color-scheme works in images, too. */
const STYLE = `
  .paper { fill: #ffffff } .text { fill: #1f2328 } .quiet { fill: #59636e } .line { stroke: #d1d9e0 }
  .c0 { --c: #0969da } .c1 { --c: #1a7f37 } .c2 { --c: #9a6700 } .c3 { --c: #8250df } .c4 { --c: #59636e }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } .text { fill: #f0f6fc } .quiet { fill: #9198a1 } .line { stroke: #3d444d }
    .c0 { --c: #4493f8 } .c1 { --c: #3fb950 } .c2 { --c: #d29922 } .c3 { --c: #ab7df8 } .c4 { --c: #9198a1 }
  }
  .bar { fill: var(--c); opacity: 0.75 } .dot { fill: var(--c); stroke: var(--paper-line); } .curve { stroke: var(--c); fill: none; stroke-width: 2 }
  .name { fill: var(--c); font-weight: 600 }
  text { font: 13px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 } .small { font-size: 11px }
`;

/** A whole image of 720 by `height` pixels, with its title as text for those who cannot see it. */
export function svg(options: { title: string; height: number; body: readonly string[] }): string {
  const { title, height, body } = options;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${height}" width="720" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    `<rect class="paper" width="720" height="${height}" rx="6"/>`,
    `<text class="text title" x="16" y="26">${escaped(title)}</text>`,
    ...body,
    "</svg>\n",
  ].join("\n");
}

export function text(
  at: { x: number; y: number; anchor?: "start" | "middle" | "end"; look?: string },
  words: string,
): string {
  const { x, y, anchor = "start", look = "text" } = at;
  return `<text class="${look}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

/** Steps of 1, 2 or 5 times a power of ten, at most six up to `highest`. */
export function ticks(highest: number): number[] {
  if (!(highest > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(highest / 6));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => highest / one <= 6) ?? power;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return words.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
