import { type Color, parseColor } from "../color/parse-color.ts";
import type { Attributes, Frame } from "./frame.ts";
import type { Declarations } from "./style.ts";

const SHAPES = new Set(["rect", "path", "circle", "ellipse", "polygon"]);
const SEE_THROUGH = 0.5;

/** Gathers the fills of an SVG's shapes and the stops of its gradients. */
export class Paints {
  readonly #fills = new Set<string>();
  readonly #stops = new Map<string, Color[]>();
  #gradient: Color[] | undefined;

  shape(frame: Frame, styles: Declarations): void {
    const opacity = Number.parseFloat(styles["fill-opacity"] ?? styles.opacity ?? "1");
    // A logo is a nested svg or an image; its colours are the brand's, not the state's.
    if (!SHAPES.has(frame.name) || frame.svgDepth !== 1) return;
    if (frame.isDrawn && frame.isVisible && frame.fill !== undefined && opacity >= SEE_THROUGH) {
      this.#fills.add(frame.fill.trim());
    }
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
    return [...this.#fills].flatMap((fill) => {
      const reference = /^url\(["']?#([^"')]{1,200})["']?\)/u.exec(fill)?.[1];
      if (reference !== undefined) return this.#stops.get(reference) ?? [];
      const color = parseColor(fill);
      return color === undefined ? [] : [color];
    });
  }
}
