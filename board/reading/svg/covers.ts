import { parseColor } from "../color/parse-color.ts";
import type { Attributes, Frame } from "./frame.ts";
import type { Declarations } from "./style.ts";

const ANIMATED = /^(?:fill|fill-opacity|opacity|display|visibility|stop-color|href)$/iu;
const LARGE = 0.4; // of the picture's width; logos are smaller, even on short badges
const SEE_THROUGH = 0.5;
/** What a style sheet can do to words beyond the classes that are read. */
const CHANGING = /line-through|content\s{0,9}:|animation|@keyframes/iu;

/** Gathers what may be drawn over the words that are read, strike them out or change what is seen. */
export class Covers {
  #found: string | undefined;
  #foreign = 0;
  #isForeignDrawn = false;
  #hasText = false;
  #hasHiddenText = false;
  #hasUse = false;

  readonly #width: () => number | undefined;

  /** `width` is asked once the root is known. */
  constructor(width: () => number | undefined) {
    this.#width = width;
  }

  /** Call at the start of every element. */
  open(frame: Frame, styles: Declarations, attributes: Attributes): void {
    const { name } = frame;
    // Without a size it draws nothing; one in a style sheet is taken for one.
    if (name === "foreignobject" || this.#foreign > 0) this.#foreign += 1;
    if (name === "foreignobject" && hasSize(attributes)) this.#isForeignDrawn = true;
    if (name === "text" && !frame.isDrawn) this.#hasHiddenText = true;
    if (/^(?:animate|set)$/u.test(name) && ANIMATED.test(attributes.attributeName ?? ""))
      this.#found ??= "an animation";
    if (!frame.isDrawn || !frame.isVisible) return;
    if (name === "use") this.#hasUse = true;
    if (name === "switch") this.#found ??= "a choice of languages";
    const line = `${styles["text-decoration"] ?? ""} ${styles["text-decoration-line"] ?? ""}`;
    if (line.includes("line-through")) this.#found ??= "a line through it";
    if (name === "text") this.#hasText = true;
    else if (this.#hasText && this.#isLarge(frame, attributes) && isOpaque(frame, styles))
      this.#found ??= name === "image" ? "a picture over it" : "an area over it";
  }

  close(): void {
    if (this.#foreign > 0) this.#foreign -= 1;
    if (this.#foreign === 0) this.#isForeignDrawn = false;
  }

  text(text: string, name: string): void {
    if (name === "style" && CHANGING.test(text)) this.#found ??= "a style sheet";
    if (this.#isForeignDrawn && text.trim() !== "") this.#found ??= "HTML";
  }

  /** The first of them, for people; undefined where there is none. */
  get found(): string | undefined {
    return (
      this.#found ?? (this.#hasUse && this.#hasHiddenText ? "text drawn by reference" : undefined)
    );
  }

  #isLarge({ name, transform }: Frame, attributes: Attributes): boolean {
    if (name !== "image" && name !== "rect") return false;
    const { width = "100%" } = attributes;
    const whole = this.#width();
    if (width.endsWith("%")) return Number.parseFloat(width) >= LARGE * 100;
    if (whole === undefined || transform === undefined) return true;
    return Math.abs(Number.parseFloat(width) * transform.scaleX) >= whole * LARGE;
  }
}

const hasSize = ({ width, style = "", class: name }: Attributes) =>
  width !== undefined || style.includes("width") || name !== undefined;

/** Click areas and sheens are not: they have no colour of their own. */
function isOpaque({ name, fill }: Frame, styles: Declarations): boolean {
  const opacity = styles["fill-opacity"] ?? styles.opacity;
  if (opacity !== undefined && Number.parseFloat(opacity) < SEE_THROUGH) return false;
  return name === "image" || parseColor(fill?.trim() ?? "black") !== undefined;
}
