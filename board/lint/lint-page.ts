import type { Picture } from "../discover/pictures/picture.ts";
import { picturesIn } from "../discover/pictures/pictures-in.ts";
import { providerOf } from "../discover/providers.ts";
import { improve } from "./address-rules.ts";
import { missingAlt } from "./alt-rule.ts";
import type { Context } from "./context.ts";
import { deathOf } from "./dead-services.ts";
import { applyEdits } from "./edits.ts";
import { Lines } from "./lines.ts";
import { linkRule } from "./link-rule.ts";
import { type Remark, replacing } from "./remark.ts";

/** Something wrong with a badge on a page. */
export interface Finding {
  readonly rule: string;
  /** Counted from 1; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The line as it is. */
  readonly before: string;
  /** The line to use instead, with all that can be mended in it. */
  readonly after?: string;
}

/** Everything that is wrong with the badges of a page, from top to bottom. `name` tells how the page is written. */
export function lintPage(page: string, name: string, context: Context): Finding[] {
  const remarks = badgesOn(page, name).flatMap((picture) => remarksOn(picture, page, context));
  const lines = new Lines(
    page,
    remarks.flatMap(({ edits }) => edits),
  );
  const findings = remarks.map((remark) => findingOf(remark, lines));
  const byPlace = new Map(
    findings.map((finding) => [`${finding.line}:${finding.column} ${finding.rule}`, finding]),
  ); // two pictures may share an address
  return [...byPlace.values()].toSorted(
    (one, other) => one.line - other.line || one.column - other.column,
  );
}

/** The page with all that can be mended. A page that was mended is not changed again. */
export function fixPage(page: string, name: string, context: Context): string {
  const pictures = badgesOn(page, name);
  const edits = pictures.flatMap((picture) =>
    remarksOn(picture, page, context).flatMap((remark) => remark.edits),
  );
  return applyEdits(page, edits);
}

function badgesOn(page: string, name: string): Picture[] {
  return picturesIn(page, name).filter(({ source }) => isBadge(source.address));
}

function isBadge(address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  return (
    providerOf(address) !== undefined ||
    deathOf(url) !== undefined ||
    /cors-anywhere/u.test(url.hostname)
  );
}

function remarksOn(picture: Picture, page: string, context: Context): Remark[] {
  const { address, complaints } = improve(picture.source.address, context);
  const at = picture.source.range?.start ?? picture.range.start;
  const edits = replacing(picture.source, address, picture.form);
  const ofAddress = complaints.map(({ rule, message, better }) => {
    return { rule, message, at, edits: better === undefined ? [] : edits };
  });
  const isDead = complaints.some(
    ({ rule, better }) => rule === "dead-host" && better === undefined,
  );
  if (isDead) return ofAddress; // it should go, so there is no use in mending it
  return [...ofAddress, ...missingAlt(picture, address), ...linkRule(picture, address, page)];
}

function findingOf({ rule, message, at, edits }: Remark, lines: Lines): Finding {
  const { number, start, text, mended } = lines.at(at);
  return {
    ...{ rule, message, line: number, column: at - start + 1, before: text },
    ...(edits.length > 0 && mended !== text ? { after: mended } : {}),
  };
}
