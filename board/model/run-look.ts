import type { LoadedReport } from "../results/load-report.ts";
import type { ReportedAction } from "../results/report.ts";
import { type Look, worstLook } from "./looks.ts";

/** How one results.json looks: a file that cannot be read is no reading, good news of long ago are unknown; neither is a green. */
export function runLook(loaded: LoadedReport): Look {
  const look = toldLook(loaded);
  return loaded.isStale === true && look !== "failing" ? "unknown" : look;
}

/** The same, however long ago it was. A run passes only if it says so and every action in it was verified or expected. */
export function toldLook({ report }: LoadedReport): Look {
  if (report === undefined) return "unread";
  const looks = report.actions.map(faultLook);
  if (report.outcome === "failed" || looks.includes("failing")) return "failing";
  if (looks.length === 0) return "unknown";
  const worst = worstLook(looks);
  return worst === "expected" && looks.includes("passing") ? "passing" : worst;
}

/** "Error" is never a success, expected or not: it says that Pystol itself could not do its work. */
export function faultLook({ verdict, expected, verified }: ReportedAction): Look {
  if (!expected || verdict === "Error") return "failing";
  if (verdict !== "Passed") return "expected";
  return verified ? "passing" : "unverified";
}
