import { nameOf } from "../discover/describe-badge.ts";
import type { Picture } from "../discover/pictures/picture.ts";
import type { Remark } from "./remark.ts";

/** A badge without an alternative text is nothing for who cannot see it: https://www.w3.org/WAI/tutorials/images/functional/ */
export function missingAlt(picture: Picture, address: string): Remark[] {
  const { alt, altSlot, range } = picture;
  if (alt !== "") return [];
  const edits =
    altSlot === undefined
      ? []
      : [{ range: { start: altSlot.at, end: altSlot.at }, text: altSlot.text(nameOf(address)) }];
  const message = "it has no alternative text, so that who cannot see it gets nothing";
  return [{ rule: "missing-alt", message, at: range.start, edits }];
}
