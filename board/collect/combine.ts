import type { Reading, State } from "../reading/state.ts";
import type { Said } from "./said.ts";

const BAD_NEWS: ReadonlySet<State> = new Set<State>(["failing", "warning", "cancelled"]);

/** Whether two sources cannot both be right: one says passing and the other bad news. */
export function disagree(one: State, other: State): boolean {
  return (one === "passing" && BAD_NEWS.has(other)) || (other === "passing" && BAD_NEWS.has(one));
}

/**
 * What a badge and its twin say together. The twin decides where it says something; where the two disagree, the one that does
 * not pass is believed and the conflict is told, so a twin never makes a badge that says something else greener; one that says nothing is left to it.
 */
export function withTwin(badge: Said, twin: Said): Said {
  const twinSays = twin.kind === "read" && twin.reading.state !== "unknown";
  if (badge.kind === "none") return twinSays ? noted(twin, "twin") : badge;
  if (!twinSays) {
    const why =
      twin.kind === "read" ? "says nothing that is known" : `gave no answer: ${twin.reason}`;
    return { ...badge, reading: addedTo(badge.reading, `its twin ${why}`) };
  }
  if (!disagree(badge.reading.state, twin.reading.state)) return noted(twin, "twin");
  const conflict = `twin against badge: "${twin.reading.state}" against "${badge.reading.state}"`;
  const worse = twin.reading.state === "passing" ? badge : noted(twin, "twin");
  return { ...worse, reading: { ...worse.reading, conflict } };
}

/** The same reading with a remark at the end of its rule. */
export function addedTo(reading: Reading, remark: string): Reading {
  return { ...reading, rule: `${reading.rule}; ${remark}` };
}

function noted<T extends Said & { kind: "read" }>(source: T, from: string): T {
  return { ...source, reading: { ...source.reading, rule: `${from}: ${source.reading.rule}` } };
}
