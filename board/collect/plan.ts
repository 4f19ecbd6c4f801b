import { type BadgeConfig, type BoardConfig, recordKey } from "../config/config.ts";
import { type WorkflowBadge, webHostOf, workflowBadgeOf } from "../github/workflow-badge.ts";
import type { BadgeRecord, BoardState } from "../state/board-state.ts";
import { rememberedIn } from "./next-record.ts";
import { type Asked, validatorsOf } from "./said.ts";

/** One address that has to be asked, and what was remembered of it. */
export interface Part extends Asked {
  /** Under which it is remembered, where the badge's record is not the place. */
  readonly key: string;
}

/** What has to be asked for one record, and what was known of it. */
export interface Plan {
  readonly key: string;
  readonly config: BadgeConfig;
  readonly previous: BadgeRecord | undefined;
  readonly badge: Part;
  readonly twin?: Part;
  readonly workflow?: WorkflowBadge;
}

export interface PlanHow {
  readonly previous: BoardState | undefined;
  /** Whether GitHub's API is asked for its workflows. */
  readonly usesApi: boolean;
  /** Everything is asked for anew, and nothing whether it is still the same. */
  readonly isFresh: boolean;
}

/** One plan for each record of a configuration, in its order. */
export function plansOf(config: BoardConfig, how: PlanHow): Plan[] {
  const badges = config.groups.flatMap((group) => group.badges);
  const byKey = new Map(badges.map((badge) => [recordKey(badge), badge]));
  const webHost = webHostOf(config.github.api);
  return [...byKey].map(([key, badge]) => planOf(key, badge, webHost, how));
}

function planOf(key: string, config: BadgeConfig, webHost: string, how: PlanHow): Plan {
  const { previous, usesApi, isFresh } = how;
  const record = previous?.badges[key];
  const workflow =
    usesApi && isJudgedPlainly(config) ? workflowBadgeOf(config.badge, webHost) : undefined;
  const isCombined = workflow !== undefined || config.twin !== undefined;
  const partOf = (role: string, address: string): Part => {
    const partKey = `${role} of ${key}`;
    const known = isCombined ? previous?.remembered?.[partKey] : rememberedIn(record);
    return { address, key: partKey, known: isFresh ? undefined : known };
  };
  return {
    key,
    config,
    previous: record,
    badge: partOf("badge", config.badge),
    ...(config.twin === undefined ? {} : { twin: partOf("twin", config.twin) }),
    ...(workflow === undefined ? {} : { workflow }),
  };
}

/** What the configuration says of a message goes before what an API says. */
function isJudgedPlainly({ map, thresholds, treatAs }: BadgeConfig): boolean {
  return map === undefined && thresholds === undefined && treatAs !== "info";
}

/** By address, the validators that fit for all who ask for it: none where one of them has nothing that a 304 could confirm. */
export function commonValidators(
  plans: readonly Plan[],
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const all = new Map<string, Record<string, string>>();
  for (const { badge, twin } of plans) {
    for (const { address, known } of twin === undefined ? [badge] : [badge, twin]) {
      const own = validatorsOf(known);
      const other = all.get(address) ?? own;
      all.set(address, JSON.stringify(other) === JSON.stringify(own) ? own : {});
    }
  }
  return all;
}
