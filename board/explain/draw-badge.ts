import { parseColor } from "../reading/color/parse-color.ts";
import type { Reading } from "../reading/state.ts";

const ESCAPE = "\u001b[";
const LABEL_GROUND = "#555555"; // that of shields
const UNKNOWN_GROUND = "#9f9f9f";
const TRUE_COLOR_BITS = 24;
const INDEXED_BITS = 8;

/**
 * A badge as two coloured fields of a terminal that shows so many bits of colour (tty.WriteStream's getColorDepth, which
 * honours NO_COLOR and FORCE_COLOR). Undefined where it shows too few, and for a badge that says nothing.
 */
export function drawBadge({ label, message, color }: Reading, bits: number): string | undefined {
  if (bits < INDEXED_BITS || message === "") return undefined;
  const field = (text: string, ground: string) =>
    text === "" ? "" : `${groundOf(ground, bits)}${inkOn(ground)} ${text} ${ESCAPE}0m`;
  return field(label, LABEL_GROUND) + field(message, color ?? UNKNOWN_GROUND);
}

function groundOf(hex: string, bits: number): string {
  const { red, green, blue } = partsOf(hex);
  if (bits >= TRUE_COLOR_BITS) return `${ESCAPE}48;2;${red};${green};${blue}m`;
  // The cube of 6 by 6 by 6 colours begins at 16.
  const step = (part: number) => Math.round((part / 255) * 5);
  return `${ESCAPE}48;5;${16 + 36 * step(red) + 6 * step(green) + step(blue)}m`;
}

/** Black or white, whichever stands out more; limits of shields' own choice are near. */
function inkOn(hex: string): string {
  const { red, green, blue } = partsOf(hex);
  const brightness = (red * 299 + green * 587 + blue * 114) / 255_000;
  return brightness > 0.69 ? `${ESCAPE}38;5;16m` : `${ESCAPE}38;5;231m`;
}

const partsOf = (hex: string) => parseColor(hex) ?? { red: 0, green: 0, blue: 0 };
