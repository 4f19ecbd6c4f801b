import { Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { parseConfig } from "../config/parse-config.ts";
import { badgeKey } from "./badge-key.ts";
import type { FoundBadge, FoundGroup } from "./discover-badges.ts";

/** For editors: https://github.com/redhat-developer/yaml-language-server#using-inlined-schema */
const SCHEMA = " yaml-language-server: $schema=https://pystol.org/schema/board-config.json";
const WIDE = { lineWidth: 0, flowCollectionPadding: false };

/** A configuration of some groups; those without badges are left out. */
export function newConfig(groups: readonly FoundGroup[], title: string): string {
  const filled = groups.filter(({ badges }) => badges.length > 0);
  const content = filled.map(({ name, badges }) => ({ name, badges }));
  const document = new Document({ title, groups: content });
  document.commentBefore = `${SCHEMA}\n What the board shows. "npm run board -- check" looks it over.`;
  return document.toString(WIDE);
}

/** What a configuration lacks: the groups with those of their badges that are nowhere in it. Throws ConfigError. */
export function newIn(yaml: string, path: string, groups: readonly FoundGroup[]): FoundGroup[] {
  const known = parseConfig(yaml, path).groups.flatMap(({ badges }) => badges);
  const keys = new Set(known.map(({ badge }) => badgeKey(badge)));
  return groups
    .map((group) => ({
      ...group,
      badges: group.badges.filter(({ badge }) => !keys.has(badgeKey(badge))),
    }))
    .filter(({ badges }) => badges.length > 0);
}

/**
 * A configuration with some badges more, each at the end of its group or in a new one. All else stays, comments included.
 * Throws ConfigError where the result would not be one.
 */
export function merged(yaml: string, path: string, groups: readonly FoundGroup[]): string {
  const document = parseDocument(yaml, { stringKeys: true });
  if (!isSeq(document.get("groups"))) document.set("groups", document.createNode([]));
  const list = document.get("groups") as YAMLSeq; // made above
  for (const { name, badges } of groups) {
    const group = list.items.find((item) => isMap(item) && item.get("name") === name) as
      | YAMLMap
      | undefined;
    const entries = group?.get("badges");
    if (!isSeq(entries)) list.add(document.createNode({ name, badges }));
    else
      for (const badge of relabelled(badges, labelsIn(entries)))
        entries.add(document.createNode(badge));
  }
  const text = document.toString(WIDE);
  parseConfig(text, path);
  return text;
}

function labelsIn(badges: YAMLSeq): Set<string> {
  return new Set(badges.items.map((item) => (isMap(item) ? String(item.get("label")).trim() : "")));
}

function relabelled(badges: readonly FoundBadge[], taken: Set<string>): FoundBadge[] {
  return badges.map((badge) => {
    let label = badge.label;
    for (let count = 2; taken.has(label); count += 1) label = `${badge.label} ${count}`;
    taken.add(label);
    return { ...badge, label };
  });
}
