import { existsSync, readFileSync } from "node:fs";
import { readBadge } from "../../board/reading/read-badge.ts";
import type { Reading } from "../../board/reading/state.ts";

/** A folder of captured badges beside the checkout. Some carry no licence, so they are not part of it. */
export const CAPTURED = new URL("../../../shared/badges/", import.meta.url);

/** Why the tests over captured badges are left out, or undefined where they can run. */
export const NO_CAPTURED = existsSync(new URL("index.tsv", CAPTURED))
  ? undefined
  : "there is no folder ../shared/badges";

const STATES: Readonly<Record<string, string>> = {
  pass: "passing",
  fail: "failing",
  warn: "warning",
};

export interface Captured {
  readonly file: string;
  readonly provider: string;
  readonly expected: string;
}

/** The rows of the folder's index, with the state that a person gave each badge. */
export function capturedBadges(): Captured[] {
  if (NO_CAPTURED !== undefined) return [];
  const [, ...lines] = readFileSync(new URL("index.tsv", CAPTURED), "utf8").trim().split("\n");
  return lines.map((line) => {
    const [file = "", provider = "", , , status = ""] = line.split("\t");
    return { file, provider, expected: STATES[status] ?? status };
  });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Reads a badge given as text. */
export function readText(body: string): Reading {
  return readBadge({ body: bytes(body) });
}

/** An SVG around some elements, wide enough for them. */
export function svg(inside: string, attributes = ""): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="20" ${attributes}>${inside}</svg>`;
}

/** A two-part badge in the plainest form. */
export function twoPart(label: string, message: string, color = "#9f9f9f"): string {
  return svg(
    `<rect width="40" height="20" fill="#555"/><rect x="40" width="60" height="20" fill="${color}"/>` +
      `<text x="20" y="14">${escaped(label)}</text><text x="70" y="14">${escaped(message)}</text>`,
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
