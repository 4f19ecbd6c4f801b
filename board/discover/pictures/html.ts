import { Parser } from "htmlparser2";
import { escapedForHtml, type Picture, type Range, type Written, written } from "./picture.ts";

/** A link, from its start tag to its end tag. */
export interface Anchor {
  readonly link: Written;
  readonly range: Range;
}

export interface HtmlParts {
  readonly pictures: Picture[];
  readonly anchors: Anchor[];
}

/** The pictures and links of an HTML page; a link that is never closed is none. */
export function partsOfHtml(page: string): HtmlParts {
  const tags: Array<{ readonly range: Range; readonly attributes: Attributes }> = [];
  const open: Array<{ readonly link: Written; readonly start: number }> = [];
  const anchors: Anchor[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const range = { start: parser.startIndex, end: parser.endIndex + 1 };
        if (name === "img") tags.push({ range, attributes });
        if (name === "a") {
          const link = attribute(page, range, "href", attributes.href);
          open.push({ link, start: range.start });
        }
      },
      onclosetag(name, isImplied) {
        const last = name === "a" ? open.pop() : undefined;
        if (last === undefined || isImplied) return;
        anchors.push({ link: last.link, range: { start: last.start, end: parser.endIndex + 1 } });
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.write(page);
  parser.end();
  const pictures = tags.map(({ range, attributes }) =>
    pictureOf(page, range, attributes, linkAround(anchors, range)),
  );
  return { pictures, anchors };
}

/** The link of the innermost anchor around a place. */
export function linkAround(anchors: readonly Anchor[], { start, end }: Range): Written | undefined {
  return anchors.find(({ range }) => range.start <= start && end <= range.end)?.link; // inner ones end first
}

type Attributes = Readonly<Record<string, string>>;

function pictureOf(
  page: string,
  range: Range,
  { src = "", alt = "" }: Attributes,
  link: Written | undefined,
): Picture {
  const place = attributePlace(page, range, "alt");
  const altSlot =
    place === undefined
      ? {
          at: range.start + "<img".length,
          text: (text: string) => ` alt="${escapedForHtml(text)}"`,
        }
      : emptySlot(page, place);
  return {
    form: "html",
    source: attribute(page, range, "src", src),
    alt: alt.trim(),
    ...(alt.trim() === "" && altSlot !== undefined ? { altSlot } : {}),
    ...(link === undefined || link.address === "" ? {} : { link }),
    range,
  };
}

function emptySlot(page: string, { start, end }: Range): Picture["altSlot"] {
  const isQuoted = /^["']\s*["']$/u.test(page.slice(start - 1, end + 1));
  return isQuoted ? { at: start, text: escapedForHtml } : undefined;
}

function attribute(page: string, tag: Range, name: string, value = ""): Written {
  const place = attributePlace(page, tag, name) ?? { start: 0, end: 0 };
  return written(page, value.trim(), place.start, place.end);
}

const ATTRIBUTE = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/dgu;

/** The value of an attribute, without its quotes. */
function attributePlace(page: string, tag: Range, name: string): Range | undefined {
  for (const match of page.slice(tag.start, tag.end).matchAll(ATTRIBUTE)) {
    const place = match.indices?.slice(2).find((found) => found !== undefined);
    if (match[1]?.toLowerCase() !== name || place === undefined) continue;
    return { start: tag.start + place[0], end: tag.start + place[1] };
  }
  return undefined;
}
