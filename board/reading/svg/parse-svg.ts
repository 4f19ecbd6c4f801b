import { SaxesParser } from "saxes";
import type { Color } from "../color/parse-color.ts";
import { tidy } from "../words/normalize.ts";
import { Covers } from "./covers.ts";
import { type Attributes, enter, type Frame, OUTSIDE, stylesOf } from "./frame.ts";
import { Paints } from "./paints.ts";
import { type Declarations, parseClassRules } from "./style.ts";
import { type TextRun, TextRuns } from "./text-runs.ts";

/** What the reader uses of an SVG document. */
export interface Svg {
  /** Where the picture begins: a viewBox may start elsewhere than at 0. */
  readonly left: number;
  readonly top: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly ariaLabel: string;
  readonly title: string;
  readonly description: string;
  readonly runs: readonly TextRun[];
  readonly colors: readonly Color[];
  /** The colour that the message is drawn on, where it can be told. */
  readonly messageColor: Color | undefined;
  readonly ids: readonly string[];
  readonly comments: readonly string[];
  /** It shows something that is not read here: a picture, HTML, or text drawn by reference. */
  readonly hidesContent: boolean;
  /** What may be drawn over its words or strike them out, for people. */
  readonly covering: string | undefined;
}

/** The document is not well-formed XML, or its root is not `svg`; the message says which. */
export class NotSvgError extends Error {
  override readonly name = "NotSvgError";
}

const HIDING = new Set(["foreignobject", "image"]);
const NO_RULES: ReadonlyMap<string, Declarations> = new Map();

/**
 * Reads an SVG document in one pass (two where it has a style sheet), in time linear in its length.
 * Entities other than XML's own five are refused, nothing is fetched and no script or foreign content is read.
 * Throws NotSvgError.
 */
export function parseSvg(xml: string): Svg {
  return walk(xml, xml.includes("<style") ? parseClassRules(styleSheetOf(xml)) : NO_RULES);
}

function walk(xml: string, rules: ReadonlyMap<string, Declarations>): Svg {
  const stack: Frame[] = [OUTSIDE];
  const texts = new TextRuns();
  const paints = new Paints();
  const lines = { title: "", desc: "" };
  const ids: string[] = [];
  const comments: string[] = [];
  let root: Attributes = {};
  let hidesContent = false;
  const covers = new Covers(() => sizeOf(root).width);
  parse(xml, {
    open(name, attributes) {
      const parent = stack.at(-1) ?? OUTSIDE;
      if (stack.length === 1) root = attributes;
      const styles = stylesOf(attributes, rules);
      const frame = enter(parent, name, attributes, styles);
      stack.push(frame);
      if (frame.isDrawn && frame.svgDepth === 1) pushDefined(ids, attributes.id);
      hidesContent ||= HIDING.has(name) || (name === "text" && !frame.isDrawn);
      covers.open(frame, styles, attributes);
      if (name === "text") paints.text();
      if (name === "text" || name === "tspan") texts.begin(frame, attributes);
      else if (name.endsWith("gradient")) paints.gradient(attributes);
      else if (name === "stop") paints.stop(styles);
      else paints.shape(frame, styles, attributes);
    },
    close() {
      covers.close();
      if (stack.pop()?.name === "text") texts.end();
    },
    text(text) {
      const frame = stack.at(-1) ?? OUTSIDE;
      covers.text(text, frame.name);
      const isOfRoot = stack.length === 3;
      if (isOfRoot && frame.name === "title") lines.title += text;
      else if (isOfRoot && frame.name === "desc") lines.desc += text;
      else texts.add(frame, text);
    },
    comment: (text) => comments.push(tidy(text)),
  });
  return {
    ...sizeOf(root),
    ariaLabel: tidy(root["aria-label"] ?? ""),
    title: tidy(lines.title),
    description: tidy(lines.desc),
    runs: texts.runs,
    colors: paints.colors(),
    messageColor: paints.messageColor(),
    ids,
    comments,
    hidesContent: hidesContent || texts.hidesText,
    covering: covers.found,
  };
}

function styleSheetOf(xml: string): string {
  const sheets: string[] = [];
  let isInside = false;
  parse(xml, {
    open: (name) => {
      isInside = name === "style";
    },
    close: () => {
      isInside = false;
    },
    text: (text) => isInside && sheets.push(text),
    comment: () => undefined,
  });
  return sheets.join("\n");
}

interface Events {
  open(name: string, attributes: Attributes): void;
  close(): void;
  text(text: string): void;
  comment(text: string): void;
}

/** Drives saxes; element names come without prefix and in lower case. */
function parse(xml: string, events: Events): void {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({
    xmlns: false,
    position: false,
  });
  let depth = 0;
  parser.on("error", (error) => {
    throw new NotSvgError(`it is not well-formed XML (${error.message})`);
  });
  parser.on("opentag", (tag) => {
    const name = tag.name.slice(tag.name.indexOf(":") + 1).toLowerCase();
    if (depth === 0 && name !== "svg") throw new NotSvgError(`its root element is <${name}>`);
    depth += 1;
    events.open(name, tag.attributes);
  });
  parser.on("closetag", () => {
    depth -= 1;
    events.close();
  });
  parser.on("text", (text) => events.text(text));
  parser.on("cdata", (text) => events.text(text));
  parser.on("comment", (text) => events.comment(text));
  parser.write(xml).close();
}

/** A length in user units, or NaN: "100%" and "10em" are of another scale. */
const pixels = (length = "") =>
  /^\s*[\d.]+(?:px)?\s*$/u.test(length) ? Number.parseFloat(length) : Number.NaN;

function sizeOf(root: Attributes): Pick<Svg, "left" | "top" | "width" | "height"> {
  const [left = 0, top = 0, boxWidth, boxHeight] = (root.viewBox ?? "")
    .slice(0, 200)
    .split(/[\s,]+/u)
    .map(Number);
  const width = boxWidth ?? pixels(root.width);
  const height = boxHeight ?? pixels(root.height);
  return {
    left: Number.isFinite(left) ? left : 0,
    top: Number.isFinite(top) ? top : 0,
    width: width > 0 ? width : undefined,
    height: height > 0 ? height : undefined,
  };
}

function pushDefined(list: string[], value: string | undefined): void {
  if (value !== undefined) list.push(value);
}
