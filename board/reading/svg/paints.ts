import { type Color, parseColor } from "../color/parse-color.ts";
import type { Attributes, Frame } from "./frame.ts";
import type { Declarations } from "./style.ts";

const SHAPES = new Set(["rect", "path", "circle", "ellipse", "polygon"]);
const SEE_THROUGH = 0.5;
const LONGEST_OUTLINE = 300; // characters: the halves of badges are simple; a logo or a letter is longer
const THINNEST = 6; // user units: strips between the halves are thinner

interface Area {
  readonly fill: string;
  /** Where it begins. */
  readonly left: number;
}

/** Gathers the fills of an SVG's shapes and the stops of its gradients. */
export class Paints {
  readonly #fills = new Set<string>();
  readonly #stops = new Map<string, Color[]>();
  #gradient: Color[] | undefined;
  /** Areas before the last text: a badge paints the ground of its words first, and logos often last. */
  #ground: Area | undefined;
  #next: Area | undefined;

  shape(frame: Frame, styles: Declarations, attributes: Attributes): void {
    // A logo is a nested svg or an image; its colours are the brand's, not the state's.
    if (!SHAPES.has(frame.name) || frame.svgDepth !== 1) return;
    if (!frame.isDrawn || !frame.isVisible || frame.fill === undefined) return;
    const opacity = styles["fill-opacity"] ?? styles.opacity;
    if (opacity !== undefined && !(Number.parseFloat(opacity) >= SEE_THROUGH)) return;
    const fill = frame.fill.trim();
    this.#fills.add(fill);
    const left = leftOf(frame, attributes);
    if (left === undefined || this.#isFaint(fill)) return;
    if (this.#next === undefined || left >= this.#next.left) this.#next = { fill, left };
  }

  /** Call at the start of every text. */
  text(): void {
    this.#ground = this.#next;
  }

  gradient(attributes: Attributes): void {
    this.#gradient = [];
    this.#stops.set(attributes.id ?? "", this.#gradient);
  }

  stop(styles: Declarations): void {
    const opacity = Number.parseFloat(styles["stop-opacity"] ?? "1");
    const color = parseColor(styles["stop-color"] ?? "");
    if (color !== undefined && opacity >= SEE_THROUGH) this.#gradient?.push(color);
  }

  /** The opaque colours of all drawn shapes, gradients as their stops. */
  colors(): Color[] {
    return [...this.#fills].flatMap((fill) => this.#colorsOf(fill));
  }

  /** The colour of the rightmost area below the words; of a gradient, the middle. */
  messageColor(): Color | undefined {
    const area = this.#ground ?? this.#next;
    const colors = area === undefined ? [] : this.#colorsOf(area.fill);
    return colors[Math.floor((colors.length - 1) / 2)];
  }

  #colorsOf(fill: string): Color[] {
    const reference = referenceOf(fill);
    if (reference !== undefined) return this.#stops.get(reference) ?? [];
    const color = parseColor(fill);
    return color === undefined ? [] : [color];
  }

  /** Click areas are see-through, and sheens over the whole badge are gradients whose every stop is. */
  #isFaint(fill: string): boolean {
    const reference = referenceOf(fill);
    return reference === undefined
      ? parseColor(fill) === undefined
      : this.#stops.get(reference)?.length === 0;
  }
}

function referenceOf(fill: string): string | undefined {
  if (!fill.startsWith("url(")) return undefined;
  return /^url\(["']?#([^"')]{1,200})["']?\)/u.exec(fill)?.[1];
}

/** Where a shape begins, from the left; undefined for what is too thin, too intricate or turned to be half of a badge. */
function leftOf({ transform, name }: Frame, attributes: Attributes): number | undefined {
  if (transform === undefined || (name !== "rect" && name !== "path")) return undefined;
  const start = name === "path" ? startOf(attributes.d ?? "") : numberOf(attributes.x ?? "0");
  if (start === undefined || numberOf(attributes.width ?? "100") < THINNEST) return undefined;
  const left = transform.scaleX * start + transform.shiftX;
  return Number.isFinite(left) ? left : undefined;
}

function startOf(outline: string): number | undefined {
  if (outline.length > LONGEST_OUTLINE) return undefined;
  const start = /^\s{0,9}M\s{0,9}(-?[\d.]{1,20})/iu.exec(outline)?.[1];
  return start === undefined ? undefined : numberOf(start);
}

const numberOf = (text: string) => Number.parseFloat(text);
