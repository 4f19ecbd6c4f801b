import { pageOf } from "../discover/describe-badge.ts";
import type { Picture } from "../discover/pictures/picture.ts";
import { providerOf } from "../discover/providers.ts";
import { deathOf } from "./dead-services.ts";
import type { Edit } from "./edits.ts";
import { plain, type Remark, replacing } from "./remark.ts";

/** A badge should lead to what it tells of: who sees a red one wants to know more. */
export function linkRule(picture: Picture, address: string, page: string): Remark[] {
  const { link, form, source } = picture;
  const better = pageOf(address);
  if (link === undefined) {
    if (providerOf(address)?.kind !== "status") return [];
    const edits = better === undefined ? [] : wrapping(picture, better, page);
    const message = "it leads nowhere; who sees it fail wants to see why";
    return [{ rule: "missing-link", message, at: picture.range.start, edits }];
  }
  const message = complaintOf(link.address, source.address, address);
  if (message === undefined) return [];
  const target = better ?? moved(link.address);
  const isShared = link.range?.start === source.range?.start; // one reference for both: it stays the picture's
  const edits = target === undefined || isShared ? [] : replacing(link, target, form);
  return [{ rule: "wrong-link", message, at: link.range?.start ?? picture.range.start, edits }];
}

function complaintOf(link: string, ...pictures: readonly string[]): string | undefined {
  const url = URL.parse(link);
  if (link === "#" || pictures.includes(link)) return "it leads to itself";
  const death = url === null ? undefined : deathOf(url);
  if (death !== undefined) return `it leads to a dead service: ${death}`;
  return moved(link) === undefined ? undefined : "it leads to a host that has moved";
}

/** Where pages of a host went that is no more. */
function moved(link: string): string | undefined {
  const url = URL.parse(link);
  if (url === null) return undefined;
  const rest = `${url.pathname}${url.search}${url.hash}`;
  if (/^(?:www\.)?travis-ci\.org$/u.test(url.hostname)) return `https://app.travis-ci.com${rest}`;
  const isOldBadge = url.hostname === "bestpractices.coreinfrastructure.org";
  return isOldBadge ? `https://www.bestpractices.dev${rest}` : undefined;
}

function wrapping({ form, range }: Picture, link: string, page: string): Edit[] {
  const [before, after] = {
    markdown: ["[", `](${plain(link)})`],
    html: [`<a href="${link}">`, "</a>"],
    rst: ["", `\n${marginOf(page, range.start)}:target: ${link}`],
  }[form] as [string, string]; // each one has two texts
  const insert = (at: number, text: string) => ({ range: { start: at, end: at }, text });
  return [...(before === "" ? [] : [insert(range.start, before)]), insert(range.end, after)];
}

function marginOf(page: string, start: number): string {
  return `${/^\s*/u.exec(page.slice(start))?.[0] ?? ""}   `;
}
