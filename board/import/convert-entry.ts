import type { BadgeConfig, Size, WidgetConfig } from "../config/config.ts";
import type { Entry } from "./entry.ts";

/** One entry in the form of our configuration, and where it stood on the original's grid. */
export interface Converted {
  readonly row: number;
  readonly column: number;
  readonly badge?: BadgeConfig;
  readonly widget?: WidgetConfig;
}

/** Names a picture of the original in the form that our configuration needs; undefined where there is none. */
export type FindPicture = (source: string) => string | undefined;

/** Converts an entry of the original's list; undefined, with a note, for one that we have no place for. */
export function convertEntry(entry: Entry, findPicture: FindPicture): Converted | undefined {
  const type = entry.text("type") ?? "badge";
  const { x: column, y: row } = entry.pair("position");
  const size = sizeOf(entry);
  entry.leaveOut("color", "colours follow from the state");
  const converted = convertAs(type, entry, findPicture);
  if (converted === undefined) return undefined;
  entry.noteOthers();
  const { badge, widget } = converted;
  const sized = size === "normal" ? {} : { size };
  return {
    ...{ row, column },
    ...(badge === undefined ? {} : { badge: { ...badge, ...sized } }),
    ...(widget === undefined ? {} : { widget: { ...widget, ...sized } }),
  };
}

function convertAs(
  type: string,
  entry: Entry,
  findPicture: FindPicture,
): Pick<Converted, "badge" | "widget"> | undefined {
  switch (type) {
    case "badge":
      return badgeOf(entry);
    case "clock":
      return { widget: { kind: "clock" } as const };
    case "text":
      return textOf(entry);
    case "picture":
      return pictureOf(entry, findPicture);
    default:
      entry.note(
        "type",
        `the entry is left out, because there is no widget "${type.slice(0, 40)}"`,
      );
      return undefined;
  }
}

/** The original reads badges through a proxy that adds CORS headers, "https://proxy/https://badge"; ours needs none. */
const PROXIED = /^https?:\/\/[^/]+\/(?<address>https?:\/\/.+)$/iu;

function badgeOf(entry: Entry): { badge: BadgeConfig } | undefined {
  const given = entry.address("uri");
  const address = given === undefined ? undefined : (PROXIED.exec(given)?.groups?.address ?? given);
  if (address === undefined) {
    entry.note("uri", "the entry is left out, because it has no uri that can be used");
    return undefined;
  }
  if (address !== given) {
    entry.note("uri", "the proxy before the address is left out: badges are fetched directly");
  }
  for (const name of ["measure", "colors"]) {
    entry.leaveOut(name, "a badge's words decide what it means (use map for your own ones)");
  }
  const label = entry.text("title") ?? new URL(address).host;
  const description = entry.text("description");
  const link = entry.address("link");
  const badge = { label, badge: address };
  return {
    badge: { ...badge, ...(link ? { link } : {}), ...(description ? { description } : {}) },
  };
}

function textOf(entry: Entry): { widget: WidgetConfig } | undefined {
  const title = entry.text("title");
  const lines = [entry.text("subtitle"), entry.text("description")].filter(
    (line) => line !== undefined,
  );
  entry.leaveOut("link", "a text leads nowhere");
  if (lines.length > 0) {
    return { widget: { kind: "text", ...(title ? { title } : {}), text: lines.join("\n") } };
  }
  if (title !== undefined) return { widget: { kind: "text", text: title } };
  entry.note("type", "the text is left out, because it is empty");
  return undefined;
}

function pictureOf(entry: Entry, findPicture: FindPicture): { widget: WidgetConfig } | undefined {
  const source = entry.text("src");
  const file = source === undefined ? undefined : findPicture(source);
  if (source === undefined || file === undefined) {
    const asked =
      source === undefined ? "it has no src" : `there is no file ${source.slice(0, 200)}`;
    entry.note("src", `the picture is left out, because ${asked} beside the list or above it`);
    return undefined;
  }
  const alt = entry.text("title") ?? entry.text("description");
  if (alt === undefined) entry.note("src", "alt is the file's name: write what the picture shows");
  return { widget: { kind: "picture", file, alt: alt ?? nameOf(source) } };
}

/** "logo" of "assets/images/logo.png". */
function nameOf(source: string): string {
  return source.replace(/^.*\//u, "").replace(/\.\w+$/u, "");
}

function sizeOf(entry: Entry): Size {
  const { x, y } = entry.pair("size");
  if (x > 2 || y > 2) entry.note("size", "size is cut to two cells each way");
  if (x >= 2) return y >= 2 ? "large" : "wide";
  return y >= 2 ? "tall" : "normal";
}
