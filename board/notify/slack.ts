import type { Digest, DigestLine } from "./digest.ts";
import { jsonMessage, type Message } from "./message.ts";

/**
 * For a Slack incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. What is special in
 * Slack's own markup is escaped, so that no text of a stranger can mention anybody or hide where a link leads.
 */
export function slackMessage({ board, site, headline, lines, more }: Digest): Message {
  const head = `*${linked(board, site)}*: ${escaped(headline)}`;
  const rest = more === 0 ? [] : [`and ${more} more`];
  const text = [head, ...lines.map(lineOf), ...rest].join("\n");
  return jsonMessage({ text, unfurl_links: false, unfurl_media: false });
}

function lineOf({ name, text, link }: DigestLine): string {
  return `• ${linked(name, link)} ${escaped(text)}`;
}

function linked(text: string, link: string | undefined): string {
  if (link === undefined) return escaped(text);
  const address = new URL(link).href.replaceAll("|", "%7C").replaceAll("&", "&amp;");
  return `<${address.replaceAll("<", "%3C").replaceAll(">", "%3E")}|${escaped(text)}>`;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping; the marks of emphasis get an invisible neighbour. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/gu, "$&\u200b");
}
