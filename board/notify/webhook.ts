import { plainText } from "../outputs/plain-text.ts";
import type { Change } from "./changes.ts";
import type { Digest } from "./digest.ts";
import { jsonMessage, type Message } from "./message.ts";

/** All changes as JSON, for programs; fields may be added within schemaVersion 1. */
export function webhookMessage(digest: Digest, changes: readonly Change[]): Message {
  const { board, site, collectedAt, headline } = digest;
  return jsonMessage({
    schemaVersion: 1,
    board,
    ...(site === undefined ? {} : { site }),
    collectedAt,
    headline,
    changes: changes.map((change) => ({
      ...change,
      group: plainText(change.group),
      label: plainText(change.label),
      message: plainText(change.message),
    })),
  });
}
