import { setImmediate } from "node:timers/promises";
import { withApi } from "../github/with-api.ts";
import type { WorkflowRuns } from "../github/workflow-runs.ts";
import type { Remembered } from "../state/board-state.ts";
import type { Outcome } from "./answers.ts";
import { withTwin } from "./combine.ts";
import type { Part, Plan } from "./plan.ts";
import { rememberedOf, type Said, saidOf } from "./said.ts";

/** Asks for an address of a plan; the same address is sent for once. */
export type Ask = (address: string) => Promise<Outcome>;

export interface Collected {
  readonly said: Said;
  /** What is to be remembered beside the record, by key. */
  readonly remembered: ReadonlyArray<readonly [string, Remembered]>;
}

/** Asks all that a plan names, at the same time, and puts it together. */
export async function collectBadge(
  plan: Plan,
  ask: Ask,
  runs: WorkflowRuns | undefined,
): Promise<Collected> {
  const { badge, twin, workflow } = plan;
  if (twin === undefined && (workflow === undefined || runs === undefined)) {
    return { said: await read(badge, plan, ask), remembered: [] };
  }
  const [own, other, api] = await Promise.all([
    read(badge, plan, ask),
    twin === undefined ? undefined : read(twin, plan, ask),
    workflow === undefined ? undefined : runs?.of(workflow),
  ]);
  const withOther = other === undefined ? own : withTwin(own, other);
  return {
    said: withoutValidators(api === undefined ? withOther : withApi(withOther, api)),
    remembered: [...remembering(badge, own), ...remembering(twin, other)],
  };
}

async function read(part: Part, { config }: Plan, ask: Ask): Promise<Said> {
  const outcome = await ask(part.address);
  await setImmediate(); // what else has arrived is taken first, so that reading never holds up the next requests
  return saidOf(outcome, part, config);
}

/** What gave no answer stays remembered as it was. */
function remembering(
  part: Part | undefined,
  said: Said | undefined,
): Array<readonly [string, Remembered]> {
  if (part === undefined || said === undefined) return [];
  if (said.kind === "read") return [[part.key, rememberedOf(said)]];
  return part.known === undefined ? [] : [[part.key, part.known]];
}

/** A reading with several sources has no validators of its own. */
function withoutValidators(said: Said): Said {
  return said.kind === "read" ? { kind: "read", reading: said.reading } : said;
}
