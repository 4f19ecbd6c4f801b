import type { Digest, DigestLine } from "./digest.ts";
import { jsonMessage, type Message } from "./message.ts";

/**
 * For a Teams workflow "when a webhook request is received": an Adaptive Card in a message. Texts are text runs, in which no
 * Markdown is read: https://adaptivecards.io/explorer/TextRun.html
 */
export function teamsMessage({ board, site, headline, lines, more }: Digest): Message {
  const heading = { weight: "Bolder", size: "Medium", wrap: true };
  const rest = more === 0 ? [] : [paragraph([run(`and ${more} more`)])];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      paragraph([{ ...run(`${board}: ${headline}`), ...heading }]),
      ...lines.map(lineOf),
      ...rest,
    ],
    actions:
      site === undefined ? [] : [{ type: "Action.OpenUrl", title: "Open the board", url: site }],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return jsonMessage({
    type: "message",
    attachments: [{ contentType, contentUrl: null, content }],
  });
}

function lineOf({ look, name, text, link }: DigestLine) {
  const color = COLORS[look] ?? "Default";
  const selectAction =
    link === undefined ? {} : { selectAction: { type: "Action.OpenUrl", url: link } };
  return paragraph([
    { ...run(name), weight: "Bolder", ...selectAction },
    { ...run(` ${text}`), color },
  ]);
}

const COLORS: Readonly<Partial<Record<DigestLine["look"], string>>> = {
  failing: "Attention",
  warning: "Warning",
  passing: "Good",
};

function paragraph(inlines: readonly object[]) {
  return { type: "RichTextBlock", inlines };
}

function run(text: string) {
  return { type: "TextRun", text };
}
