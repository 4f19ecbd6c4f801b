/** Scale and shift, per axis. What badges need of https://www.w3.org/TR/SVG2/coords.html. */
export interface Transform {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

export const IDENTITY: Transform = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 };

const LONGEST = 500; // characters: badges need one or two functions
const FUNCTION = /([a-z]+)\(([^()]*)\)/giu;

/** Reads a `transform` attribute; undefined where it rotates, skews or is not understood. */
export function parseTransform(attribute: string): Transform | undefined {
  if (attribute.length > LONGEST) return undefined;
  let result = IDENTITY;
  for (const [, name = "", list = ""] of attribute.matchAll(FUNCTION)) {
    const numbers = list
      .split(/[\s,]+/u)
      .filter((part) => part !== "")
      .map(Number);
    const next = numbers.every(Number.isFinite)
      ? functionOf(name.toLowerCase(), numbers)
      : undefined;
    if (next === undefined) return undefined;
    result = compose(result, next);
  }
  return result;
}

function functionOf(name: string, numbers: readonly number[]): Transform | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  if (name === "translate") return { ...IDENTITY, shiftX: a, shiftY: b };
  if (name === "scale") return { ...IDENTITY, scaleX: a, scaleY: numbers.length > 1 ? b : a };
  if (name === "matrix" && b === 0 && c === 0)
    return { scaleX: a, scaleY: d, shiftX: e, shiftY: f };
  return undefined;
}

/** The transform that applies `inner` first and `outer` to its result. */
export function compose(outer: Transform, inner: Transform): Transform {
  return {
    scaleX: outer.scaleX * inner.scaleX,
    scaleY: outer.scaleY * inner.scaleY,
    shiftX: outer.scaleX * inner.shiftX + outer.shiftX,
    shiftY: outer.scaleY * inner.shiftY + outer.shiftY,
  };
}
