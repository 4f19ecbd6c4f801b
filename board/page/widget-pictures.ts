import { open } from "node:fs/promises";
import type { WidgetConfig } from "../config/config.ts";

const LIMIT_BYTES = 1_000_000; // it is part of each page that shows it

/** How files of a type begin; SVG is none of them, because it can hold scripts and requests. */
const TYPES: ReadonlyArray<readonly [type: string, begin: RegExp]> = [
  ["image/png", /^\u0089PNG\r\n/u], // https://www.w3.org/TR/png-3/#3PNGsignature
  ["image/jpeg", /^\u00ff\u00d8\u00ff/u],
  ["image/gif", /^GIF8[79]a/u],
  ["image/webp", /^RIFF[\s\S]{4}WEBP/u], // https://developers.google.com/speed/webp/docs/riff_container
];

/** The pictures of widgets as data: addresses, by their files; what cannot be shown is missing. */
export async function loadPictures(
  widgets: readonly WidgetConfig[],
): Promise<ReadonlyMap<string, string>> {
  const files = widgets.flatMap((widget) => (widget.kind === "picture" ? [widget.file] : []));
  const loaded = await Promise.all(
    [...new Set(files)].map(async (file) => [file, await pictureOf(file)] as const),
  );
  return new Map(
    loaded.flatMap(([file, address]) => (address === undefined ? [] : [[file, address]])),
  );
}

async function pictureOf(path: string): Promise<string | undefined> {
  const bytes = await readLimited(path);
  const begin = bytes?.toString("latin1", 0, 16) ?? "";
  const [type] = TYPES.find(([, pattern]) => pattern.test(begin)) ?? [];
  return type === undefined ? undefined : `data:${type};base64,${bytes?.toString("base64")}`;
}

/** The file's bytes; undefined for none, for what is no file, and for too many. */
async function readLimited(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined); // a picture that is gone costs one widget
  if (file === undefined) return undefined;
  await using opened = file;
  const stats = await opened.stat();
  return stats.isFile() && stats.size <= LIMIT_BYTES ? await opened.readFile() : undefined;
}
