import { tidy } from "../words/normalize.ts";
import type { Attributes, Frame } from "./frame.ts";

/** A piece of drawn text, with its position on the badge where that is known. */
export interface TextRun {
  readonly text: string;
  readonly x: number | undefined;
  readonly y: number | undefined;
}

interface OpenRun {
  text: string;
  x: number | undefined;
  y: number | undefined;
}

/** Gathers what the text elements of an SVG show, in document order. */
export class TextRuns {
  readonly runs: TextRun[] = [];
  /** Some text is in the document and not on the picture: hidden, or in an element that draws none. */
  hidesText = false;
  #open: OpenRun | undefined;

  /** Call at the start of every `text` and `tspan`. */
  begin(frame: Frame, attributes: Attributes): void {
    const place = placeOf(frame, attributes);
    if (frame.name === "text") this.#open = place;
    else if (this.#open !== undefined && attributes.x !== undefined) this.#move(this.#open, place);
  }

  add(frame: Frame, text: string): void {
    if (this.#open !== undefined && frame.isVisible && frame.isDrawn && frame.fill !== "none") {
      this.#open.text += text;
    } else if ((this.#open !== undefined || frame.isDrawn) && text.trim() !== "") {
      this.hidesText = true;
    }
  }

  /** Call at the end of every `text`. */
  end(): void {
    if (this.#open === undefined) return;
    const text = tidy(this.#open.text);
    if (text !== "") this.runs.push({ text, x: this.#open.x, y: this.#open.y });
    this.#open = undefined;
  }

  /** A tspan further right on the same line is a text of its own; one below continues the sentence. */
  #move(open: OpenRun, place: OpenRun): void {
    const isBlank = open.text.trim() === "";
    if (isBlank) {
      this.#open = place;
    } else if (isRightOf(place, open)) {
      this.end();
      this.#open = place;
    } else {
      open.text += " ";
    }
  }
}

function isRightOf(place: OpenRun, other: OpenRun): boolean {
  if (place.x === undefined || other.x === undefined) return false;
  return place.x > other.x && (place.y === other.y || place.y === undefined);
}

function placeOf(frame: Frame, attributes: Attributes): OpenRun {
  const { transform } = frame;
  const x = lengthOf(attributes.x);
  const y = lengthOf(attributes.y);
  return {
    text: "",
    x: transform && x !== undefined ? transform.scaleX * x + transform.shiftX : undefined,
    y: transform && y !== undefined ? transform.scaleY * y + transform.shiftY : undefined,
  };
}

/** A number of user units; undefined for percentages, lists and other units. */
function lengthOf(attribute: string | undefined): number | undefined {
  const length = /^\s{0,9}(-?\d{0,9}(?:\.\d{0,20})?)(?:px)?\s{0,9}$/u.exec(attribute ?? "0")?.[1];
  const value = length === undefined || length === "" ? Number.NaN : Number(length);
  return Number.isFinite(value) ? value : undefined;
}
