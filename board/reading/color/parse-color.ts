/** An opaque colour, each part from 0 to 255. */
export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** The CSS names that badges use for states, and those of shields (`lightgrey` means its own grey). */
const NAMES: Readonly<Record<string, string>> = {
  red: "#f00",
  crimson: "#dc143c",
  green: "#008000",
  lime: "#0f0",
  limegreen: "#32cd32",
  forestgreen: "#228b22",
  yellow: "#ff0",
  gold: "#ffd700",
  orange: "#ffa500",
  blue: "#00f",
  grey: "#808080",
  gray: "#808080",
  silver: "#c0c0c0",
  black: "#000",
  white: "#fff",
  pink: "#ffc0cb",
  purple: "#800080",
};

const SEE_THROUGH = 0.5;

/** A CSS colour as numbers; undefined where it is not understood, `none`, or more than half see-through. */
export function parseColor(css: string): Color | undefined {
  const text = css.trim().toLowerCase();
  if (text.length > 64) return undefined;
  const hex = (NAMES[text] ?? text).match(/^#([0-9a-f]{3,8})$/u)?.[1];
  if (hex !== undefined) return fromHex(hex);
  const call = /^(rgb|hsl)a?\(([^)]*)\)$/u.exec(text);
  if (call === null) return undefined;
  const parts = (call[2] ?? "").split(/[\s,/]+/u).filter((part) => part !== "");
  const [first, second, third, alpha] = parts.map((part) => Number.parseFloat(part));
  if (first === undefined || second === undefined || third === undefined) return undefined;
  if (![first, second, third].every(Number.isFinite)) return undefined;
  const opacity = alpha === undefined ? 1 : (parts[3] ?? "").endsWith("%") ? alpha / 100 : alpha;
  if (!(opacity >= SEE_THROUGH)) return undefined;
  return call[1] === "hsl"
    ? fromHsl(first, second, third)
    : { red: first, green: second, blue: third };
}

function fromHex(hex: string): Color | undefined {
  const wide = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join("") : hex;
  if (wide.length !== 6 && wide.length !== 8) return undefined;
  const at = (index: number) => Number.parseInt(wide.slice(index, index + 2), 16);
  if (wide.length === 8 && at(6) < 255 * SEE_THROUGH) return undefined;
  return { red: at(0), green: at(2), blue: at(4) };
}

/** https://www.w3.org/TR/css-color-4/#hsl-to-rgb */
function fromHsl(hue: number, saturation: number, lightness: number): Color {
  const light = lightness / 100;
  const reach = (saturation / 100) * Math.min(light, 1 - light);
  const channel = (offset: number) => {
    const turn = (offset + (((hue % 360) + 360) % 360) / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))));
  };
  return { red: channel(0), green: channel(8), blue: channel(4) };
}

/** The colour as `#rrggbb`. */
export function hexOf(color: Color): string {
  const digits = (value: number) =>
    Math.max(0, Math.min(255, Math.round(value)))
      .toString(16)
      .padStart(2, "0");
  return `#${digits(color.red)}${digits(color.green)}${digits(color.blue)}`;
}

export type Tone = "red" | "amber" | "green" | "blue" | "grey";

/** The family of a colour by hue, in degrees; colours without much of a hue are "grey". */
export function toneOf({ red, green, blue }: Color): Tone {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (most === 0 || spread / most < 0.3 || spread < 30) return "grey";
  const sixth =
    most === red
      ? (green - blue) / spread
      : most === green
        ? 2 + (blue - red) / spread
        : 4 + (red - green) / spread;
  const hue = (sixth * 60 + 360) % 360;
  if (hue < 20 || hue >= 320) return "red";
  if (hue < 65) return "amber";
  if (hue < 170) return "green";
  return "blue";
}
