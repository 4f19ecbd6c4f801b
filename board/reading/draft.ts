import type { Finding } from "./finding.ts";

/** What a body says by itself, before its service's habits and the configuration are heard. */
export interface Draft {
  readonly label: string;
  readonly message: string;
  readonly finding: Finding;
  /** Two of its parts that do not go together, as a sentence. */
  readonly conflict?: string;
  /** The colour behind the message, as "#rrggbb". */
  readonly color?: string;
  /** The picture's title, of SVG alone. */
  readonly title?: string;
  /** Every opaque colour of a picture without words, as "#rrggbb"; undefined where there are words, or may be. */
  readonly fills?: readonly string[];
  /** No words were found in a picture: the name of its file may say more. */
  readonly isSilent?: boolean;
  /** ISO 8601. */
  readonly ranAt?: string;
  readonly run?: string;
}

/** The draft of a body that says nothing, and why. */
export function nothing(rule: string): Draft {
  return { label: "", message: "", finding: { state: "unknown", rule, confidence: 0 } };
}
