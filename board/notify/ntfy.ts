import { type Digest, plainLine } from "./digest.ts";
import type { Message } from "./message.ts";

const MOST_BYTES = 4000; // ntfy makes an attachment of what is longer than 4,096 bytes

/**
 * For a topic of ntfy: https://docs.ntfy.sh/publish/. The headers hold nothing of strangers; the texts are the body, and plain.
 */
export function ntfyMessage({ board, site, headline, lines, more, hasFailing }: Digest): Message {
  const first = lines.find(({ link }) => link !== undefined)?.link;
  const click = site ?? first;
  const rest = more === 0 ? [] : [`and ${more} more`];
  return {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      title: `Badgeboard: ${headline}`,
      priority: hasFailing ? "high" : "default",
      tags: hasFailing ? "red_circle" : "information_source",
      ...(click === undefined ? {} : { click: new URL(click).href }),
    },
    body: shortened([board, ...lines.map(plainLine), ...rest]),
  };
}

/** Whole lines, as many as fit. */
function shortened(lines: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) return [...kept, "…"].join("\n");
    kept.push(line);
  }
  return kept.join("\n");
}
