import { SaxesParser } from "saxes";
import { type Draft, nothing } from "./draft.ts";
import { CONFIDENCE, type Finding } from "./finding.ts";
import { httpAddress } from "./http-address.ts";
import type { State } from "./state.ts";
import { comparable, tidy } from "./words/normalize.ts";

type Attributes = Readonly<Record<string, string>>;

const ROOT = /^(?:<\?xml[^>]{0,200}\?>\s{0,99})?(?:<!--[^>]{0,500}-->\s{0,99})?<Projects[\s/>]/u;

/** Whether an XML document is a CCTray feed: https://cctray.org/v1/. */
export function isCctray(xml: string): boolean {
  return ROOT.test(xml.slice(0, 1000));
}

/** `lastBuildStatus` of a project that is not building. */
const STATUSES: Readonly<Record<string, State>> = {
  success: "passing",
  failure: "failing",
  exception: "failing",
  pending: "running",
  unknown: "unknown",
};

/**
 * Reads one project out of a CCTray feed: the one that is named, or the only one that there is. Where a name is there
 * more than once, the worst is taken. Strict: a feed that is not well-formed says nothing.
 */
export function readCctray(xml: string, project: string | undefined): Draft {
  const projects = projectsOf(xml);
  if (projects === undefined) return nothing("content: a CCTray feed that is not well-formed XML");
  const wanted = project === undefined ? undefined : comparable(project);
  const named = projects.filter(
    ({ name = "" }) => wanted === undefined || comparable(name) === wanted,
  );
  if (named.length === 0) {
    return nothing(`cctray: the feed has no project of the name that "project" gives`);
  }
  if (wanted === undefined && named.length > 1) {
    return nothing(`cctray: the feed has ${named.length} projects; name one with "project"`);
  }
  const drafts = named.map(draftOf);
  return (
    drafts.find(isFailing) ??
    drafts.find((draft) => !isPassing(draft)) ??
    drafts[0] ??
    nothing("cctray: no project")
  );
}

const isFailing = ({ finding }: Draft) => finding.state === "failing";
const isPassing = ({ finding }: Draft) => finding.state === "passing";

function draftOf(attributes: Attributes): Draft {
  const {
    name = "",
    activity = "",
    lastBuildStatus = "",
    lastBuildTime = "",
    webUrl = "",
  } = attributes;
  const run = httpAddress(webUrl);
  const ranAt = timeOf(lastBuildTime);
  const last = tidy(lastBuildStatus);
  return {
    label: tidy(name),
    message: comparable(activity) === "building" ? `building, last ${last}` : last,
    finding: judge(comparable(activity), comparable(lastBuildStatus)),
    ...(ranAt === undefined ? {} : { ranAt }),
    ...(run === undefined ? {} : { run }),
  };
}

function judge(activity: string, status: string): Finding {
  if (activity === "building") {
    return {
      state: "running",
      rule: `cctray: activity is "Building"`,
      confidence: CONFIDENCE.certain,
    };
  }
  const state = STATUSES[status];
  return state === undefined
    ? { state: "unknown", rule: "cctray: lastBuildStatus is not one that we know", confidence: 0 }
    : { state, rule: `cctray: lastBuildStatus is "${status}"`, confidence: CONFIDENCE.certain };
}

/** A time with its zone; without one it may be any of 24. */
function timeOf(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:?\d\d)$/u.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function projectsOf(xml: string): Attributes[] | undefined {
  const projects: Attributes[] = [];
  const parser = new SaxesParser<{ xmlns: false; position: false }>({
    xmlns: false,
    position: false,
  });
  let isBroken = false;
  parser.on("error", () => {
    isBroken = true;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "Project") projects.push(attributes);
  });
  parser.write(xml).close();
  return isBroken ? undefined : projects;
}
