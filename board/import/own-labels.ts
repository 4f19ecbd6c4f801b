import type { BadgeConfig } from "../config/config.ts";

/** Gives every badge a label of its own, as tiles of a group need: with its description, or else with a number behind it. */
export function withOwnLabels(badges: readonly BadgeConfig[]): BadgeConfig[] {
  const count = (label: string) => badges.filter((badge) => badge.label === label).length;
  const taken = new Set<string>();
  return badges.map((badge) => {
    const { label, description } = badge;
    const isTwice = count(label) > 1;
    const long = isTwice && description !== undefined ? `${label}: ${description}` : label;
    let own = long;
    for (let number = 2; taken.has(own); number += 1) own = `${long} ${number}`;
    taken.add(own);
    return { ...badge, label: own };
  });
}
