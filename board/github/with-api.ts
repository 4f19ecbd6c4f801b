import { addedTo, disagree } from "../collect/combine.ts";
import type { Said } from "../collect/said.ts";
import type { ApiSaid } from "./judge-runs.ts";

/**
 * What a workflow's badge and GitHub's API say together. The API decides where it knows a run; where the two disagree, the one
 * that does not pass is believed and the conflict is told. A passing badge without any run behind it is not believed: such a badge
 * tells of another branch (https://docs.github.com/en/actions/how-tos/monitor-workflows/add-a-status-badge).
 */
export function withApi(badge: Said, api: ApiSaid): Said {
  switch (api.kind) {
    case "none":
      return badge.kind === "none"
        ? badge
        : { ...badge, reading: addedTo(badge.reading, `without GitHub's API: ${api.reason}`) };
    case "no run":
      return withoutRun(badge, api.where);
    case "run":
      return badge.kind === "none" ? { kind: "read", reading: api.reading } : together(badge, api);
  }
}

type Read = Said & { kind: "read" };

function withoutRun(badge: Said, where: string): Said {
  if (badge.kind === "none") return badge;
  const { reading } = badge;
  const remark = `GitHub's API knows no run ${where}`;
  if (reading.state !== "passing") return { ...badge, reading: addedTo(reading, remark) };
  return {
    ...badge,
    reading: {
      ...reading,
      state: "unknown",
      rule: `api: ${remark}, so the badge tells of something else`,
      conflict: `badge against API: "passing" against no run ${where}`,
    },
  };
}

function together(badge: Read, api: ApiSaid & { kind: "run" }): Said {
  const said = badge.reading;
  const reading = {
    ...(said.conflict === undefined ? {} : { conflict: said.conflict }),
    ...(said.color === undefined || said.state !== api.reading.state ? {} : { color: said.color }),
    ...api.reading,
    label: said.label === "" ? api.reading.label : said.label,
  };
  if (api.decided === undefined || !disagree(said.state, api.decided)) return { ...badge, reading };
  const conflict = `badge against API: "${said.state}" against "${api.decided}"`;
  const isGreener = api.reading.state === "passing" && said.state !== "passing";
  return { ...badge, reading: { ...reading, ...(isGreener ? said : {}), conflict } };
}
