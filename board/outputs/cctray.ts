import type { BoardModel, TileModel } from "../model/board-model.ts";
import { runName } from "../results/run-name.ts";
import { plainText } from "./plain-text.ts";
import { type Standing, standingOf, standingOfRun, standingWord } from "./standing.ts";
import { type Xml, xmlDocument } from "./xml.ts";

type BuildStatus = "Success" | "Failure" | "Exception" | "Unknown";

/**
 * The board as a CCTray feed, https://cctray.org/v1/. Success is what passes now; a warning, no reading and old good news are
 * Unknown. `lastBuildTime` is when the job ran, else since when its state has been seen.
 */
export function ccTray(board: BoardModel): string {
  const unique = uniqueNames();
  const tiles = board.groups.flatMap(({ name, tiles }) =>
    tiles.map((tile) => project(tile, unique(`${name} / ${tile.label}`), board)),
  );
  const runs = board.reports.map((report) => {
    const standing = standingOfRun(report, board);
    return projectOf({
      name: unique(`Resilience / ${runName(report)}`),
      activity: "Sleeping",
      lastBuildStatus: STATUS[standing] ?? "Unknown",
      lastBuildLabel: standingWord(standing),
      lastBuildTime: report.report?.completionTime ?? board.collectedAt,
      webUrl: board.site ?? "about:blank",
    });
  });
  return xmlDocument({ name: "Projects", children: [...tiles, ...runs] });
}

const STATUS: Readonly<Partial<Record<Standing, BuildStatus>>> = {
  passing: "Success",
  failing: "Failure",
  cancelled: "Exception",
};

function project(tile: TileModel, name: string, board: BoardModel): Xml {
  const { reading, problem, look, link, host } = tile;
  const standing = standingOf(tile, board);
  return projectOf({
    name,
    activity: look === "running" ? "Building" : "Sleeping",
    lastBuildStatus: standing === "running" ? beforeRunning(tile) : (STATUS[standing] ?? "Unknown"),
    lastBuildLabel: plainText(problem?.reason ?? reading?.message ?? "") || standingWord(standing),
    lastBuildTime: reading?.ranAt ?? reading?.since ?? problem?.since ?? board.collectedAt,
    webUrl: link ?? board.site ?? `https://${host}/`,
  });
}

/** A failure stays told while the next run is under way; a pass is not taken for granted. */
function beforeRunning({ history }: TileModel): BuildStatus {
  const last = history.strip.findLast(
    ({ state }) => state !== undefined && state !== "running",
  )?.state;
  return last === "failing" ? "Failure" : "Unknown";
}

function projectOf(attributes: Readonly<Record<string, string>>): Xml {
  return { name: "Project", attributes };
}

/** CCTray knows a project by its name alone, so a name that is taken gets a number. */
function uniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return (given) => {
    const name = plainText(given);
    let unique = name;
    for (let count = 2; taken.has(unique); count += 1) unique = `${name} (${count})`;
    taken.add(unique);
    return unique;
  };
}
