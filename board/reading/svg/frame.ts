import { type Declarations, parseDeclarations } from "./style.ts";
import { compose, IDENTITY, parseTransform, type Transform } from "./transform.ts";

export type Attributes = Readonly<Record<string, string>>;

/** What an element passes on to what is inside it. */
export interface Frame {
  readonly name: string;
  /** Nested depth of `svg` elements: 1 on the badge itself, 2 inside a logo. */
  readonly svgDepth: number;
  /** False inside what is only drawn by reference, and inside foreign content. */
  readonly isDrawn: boolean;
  readonly isVisible: boolean;
  readonly fill: string | undefined;
  /** Undefined where a position cannot be known, for example under a rotation. */
  readonly transform: Transform | undefined;
}

const UNDRAWN = new Set([
  "clippath",
  "defs",
  "desc",
  "filter",
  "foreignobject",
  "lineargradient",
  "marker",
  "mask",
  "metadata",
  "pattern",
  "radialgradient",
  "script",
  "style",
  "symbol",
  "title",
]);

const FAINTEST = 0.1; // shadows of badges are at .1 to .3 and repeat text that is drawn in full anyway

/** The frame above the root element. */
export const OUTSIDE: Frame = {
  name: "",
  svgDepth: 0,
  isDrawn: true,
  isVisible: true,
  fill: undefined,
  transform: IDENTITY,
};

/** The frame of an element inside `parent`; `styles` are what `stylesOf` says of it. */
export function enter(
  parent: Frame,
  name: string,
  attributes: Attributes,
  styles: Declarations,
): Frame {
  return {
    name,
    svgDepth: parent.svgDepth + (name === "svg" ? 1 : 0),
    isDrawn: parent.isDrawn && !UNDRAWN.has(name),
    isVisible: parent.isVisible && !isHidden(styles),
    fill: styles.fill === "inherit" ? parent.fill : (styles.fill ?? parent.fill),
    transform: transformIn(parent, name, attributes),
  };
}

/** CSS beats attributes: https://www.w3.org/TR/SVG2/styling.html#PresentationAttributes */
export function stylesOf(
  attributes: Attributes,
  rules: ReadonlyMap<string, Declarations>,
): Declarations {
  if (rules.size === 0 && attributes.style === undefined) return attributes;
  const styles: Record<string, string> = { ...attributes };
  if (rules.size > 0) {
    for (const name of (attributes.class ?? "").split(/\s+/u)) {
      Object.assign(styles, rules.get(name));
    }
  }
  return Object.assign(styles, parseDeclarations(attributes.style ?? ""));
}

function isHidden(styles: Declarations): boolean {
  return (
    (styles.display !== undefined && /^\s*none\s*$/iu.test(styles.display)) ||
    (styles.visibility !== undefined && /^\s*(?:hidden|collapse)\s*$/iu.test(styles.visibility)) ||
    isBelow(styles.opacity, FAINTEST) ||
    isBelow(styles["fill-opacity"], FAINTEST) ||
    isBelow(styles["font-size"], Number.MIN_VALUE)
  );
}

const isBelow = (number: string | undefined, least: number) =>
  number !== undefined && Number.parseFloat(number) < least;

function transformIn(parent: Frame, name: string, attributes: Attributes): Transform | undefined {
  if (parent.transform === undefined) return undefined;
  const own = attributes.transform;
  const parsed = own === undefined ? IDENTITY : parseTransform(own);
  if (parsed === undefined) return undefined;
  const placed = own === undefined ? parent.transform : compose(parent.transform, parsed);
  if (name !== "svg" || parent.svgDepth === 0) return placed;
  const shiftX = Number.parseFloat(attributes.x ?? "0") || 0;
  const shiftY = Number.parseFloat(attributes.y ?? "0") || 0;
  return compose(placed, { ...IDENTITY, shiftX, shiftY });
}
