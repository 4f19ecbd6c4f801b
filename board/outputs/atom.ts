import { createHash } from "node:crypto";
import type { BoardModel, GroupModel } from "../model/board-model.ts";
import { wordOf } from "../model/looks.ts";
import { changesOf, type TileChange } from "./changes.ts";
import { plainText } from "./plain-text.ts";
import { type Xml, xmlDocument } from "./xml.ts";

const MOST_ENTRIES = 100;
/** RFC 4151: a year in which the authority was its owner's; part of every id, so it never changes. */
const TAG_YEAR = "2026";

export interface FeedOptions {
  readonly title: string;
  /** Path of the feed below the board's address. */
  readonly path: string;
  readonly groups: readonly GroupModel[];
}

/**
 * What changed on some groups of the board, newest first, as an Atom feed (RFC 4287). The ids are tag URIs (RFC 4151) made from
 * the board's address, or its title where it has none, the tile, and the change, so that no build tells a change anew.
 */
export function atomFeed(board: BoardModel, { title, path, groups }: FeedOptions): string {
  const changes = groups
    .flatMap(({ tiles }) => tiles.flatMap((tile) => changesOf(tile, board)))
    .toSorted(newestFirst)
    .slice(0, MOST_ENTRIES);
  const id = tagger(board);
  const { site } = board;
  const links =
    site === undefined
      ? []
      : [link("self", new URL(path, site).href), link("alternate", new URL(site).href)];
  return xmlDocument({
    name: "feed",
    attributes: { xmlns: "http://www.w3.org/2005/Atom" },
    children: [
      element("title", plainText(title) || "Badgeboard"),
      element("id", id(path)),
      element("updated", changes[0]?.at ?? board.collectedAt),
      { name: "author", children: [element("name", plainText(board.title) || "Badgeboard")] },
      element("generator", "Pystol"),
      ...links,
      ...changes.map((change) => entryOf(change, id, site)),
    ],
  });
}

function newestFirst(one: TileChange, other: TileChange): number {
  return Date.parse(other.at) - Date.parse(one.at) || (one.tile.id < other.tile.id ? -1 : 1);
}

function entryOf(change: TileChange, id: (path: string) => string, site: string | undefined): Xml {
  const { tile, to, at } = change;
  const target = tile.link ?? site;
  return {
    name: "entry",
    children: [
      element("title", `${plainText(tile.label)}: ${wordOf(to)}`),
      element("id", id(`${tile.id}/${to}/${at}`)),
      element("updated", at),
      ...(target === undefined ? [] : [link("alternate", target)]),
      { name: "category", attributes: { term: to } },
      { name: "content", attributes: { type: "text" }, children: [sentences(change)] },
    ],
  };
}

function sentences({ tile, from, to, at, until }: TileChange): string {
  const name = plainText(tile.label);
  const now =
    to === "unread"
      ? `${name} has had no reading since ${at}: ${plainText(tile.problem?.reason ?? "")}.`
      : `${name} is ${wordOf(to)}, first seen at ${at}.`;
  const before = from === undefined ? "" : ` Before it was ${wordOf(from)}, last seen at ${until}.`;
  return `${now}${before}`;
}

function tagger({ site, title }: BoardModel): (path: string) => string {
  const { hostname, pathname } =
    site === undefined
      ? { hostname: "badgeboard.invalid", pathname: `/${hashOf(title)}/` }
      : new URL(site);
  return (path) => `tag:${hostname},${TAG_YEAR}:${pathname}${path}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function element(name: string, text: string): Xml {
  return { name, children: [text] };
}

function link(rel: string, href: string): Xml {
  return { name: "link", attributes: { rel, href } };
}
