import type { Banner, GroupModel, TileModel } from "./board-model.ts";

const MANY = 3; // from so many tiles of one host on, their cause is said once

/** One banner for each host that left several tiles without a reading, the most tiles first. */
export function bannersOf(groups: readonly GroupModel[]): Banner[] {
  const unread = groups.flatMap(({ tiles }) =>
    tiles.filter(({ problem }) => problem?.isOfHost === true),
  );
  const hosts = [...Map.groupBy(unread, ({ host }) => host)];
  return hosts
    .filter(([, tiles]) => tiles.length >= MANY)
    .map(([host, tiles]) => bannerOf(host, tiles))
    .toSorted((one, other) => other.tiles - one.tiles);
}

function bannerOf(host: string, tiles: readonly TileModel[]): Banner {
  const reasons = Map.groupBy(tiles, ({ problem }) => problem?.reason ?? "");
  const [commonest] = [...reasons].toSorted(([, one], [, other]) => other.length - one.length);
  const [since] = tiles.map(({ problem }) => problem?.since ?? "").toSorted();
  return { host, tiles: tiles.length, reason: commonest?.[0] ?? "", since: since ?? "" };
}
