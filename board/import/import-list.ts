import { stringify } from "yaml";
import { ConfigError } from "../config/problems.ts";
import { type Converted, convertEntry, type FindPicture } from "./convert-entry.ts";
import { Entry } from "./entry.ts";
import { Notes } from "./notes.ts";
import { withOwnLabels } from "./own-labels.ts";
import { readList } from "./read-list.ts";

/** A configuration made from the original's list, and a sentence with its lines for everything that was left out or changed. */
export interface ImportedList {
  readonly yaml: string;
  readonly badges: number;
  readonly widgets: number;
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** Names the file in messages. */
  readonly path: string;
  readonly findPicture: FindPicture;
}

const GROUP = "Badges";

/**
 * Converts a `badges_list.js` of https://github.com/pystol/badgeboard into our YAML, in the order in which its entries stood on the
 * original's grid. Nothing of the file is run. Throws ConfigError where it holds no badge that can be taken over.
 */
export function importList(source: string, { path, findPicture }: ImportOptions): ImportedList {
  const notes = new Notes();
  const converted = readList(source, path)
    .flatMap((item): Converted[] => {
      if (item.kind !== "object") {
        notes.add(
          item.line,
          "the entry is left out, because it is no object that stands in the file",
        );
        return [];
      }
      const entry = convertEntry(new Entry(item.line, item.fields, notes), findPicture);
      return entry === undefined ? [] : [entry];
    })
    .toSorted((one, other) => one.row - other.row || one.column - other.column);
  const badges = converted.flatMap(({ badge }) => badge ?? []);
  const widgets = converted.flatMap(({ widget }) => widget ?? []);
  if (badges.length === 0) {
    const why = notes.sentences().map((sentence) => `\n  ${sentence}`);
    throw new ConfigError(
      `Cannot import ${path}: it has no badge that can be used.${why.join("")}`,
    );
  }
  const config = {
    ...(widgets.length === 0 ? {} : { widgets }),
    groups: [{ name: GROUP, badges: withOwnLabels(badges) }],
  };
  const yaml = stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
  return { yaml, badges: badges.length, widgets: widgets.length, notes: notes.sentences() };
}
