import { expect, test } from "vitest";
import type { Change } from "../../../board/notify/changes.ts";
import { digestOf } from "../../../board/notify/digest.ts";
import { issueText } from "../../../board/notify/github-issue.ts";
import { ntfyMessage } from "../../../board/notify/ntfy.ts";
import { slackMessage } from "../../../board/notify/slack.ts";
import { teamsMessage } from "../../../board/notify/teams.ts";
import { webhookMessage } from "../../../board/notify/webhook.ts";
import { changeOf } from "../../support/board-notify.ts";

const BOARD = {
  title: "Team",
  site: "https://a.example/b/",
  collectedAt: "2026-11-23T08:00:00.000Z",
};
const failing = changeOf({
  ...{ label: "unit", to: "failing", from: "passing", message: "3 tests failed" },
  link: "https://ci.example/run?a=1&b=2|3",
});
const changes = [changeOf({ message: "passing" }), failing];
const digest = digestOf(BOARD, changes);
const HOSTILE = `<!channel> @everyone #1 *b* [x](https://evil.example) <script>&\u202E\r\nX-Header: 1 https://e.example`;
const hostile = digestOf({ ...BOARD, title: HOSTILE }, [
  changeOf({ label: HOSTILE, message: HOSTILE }),
]);

test("a digest has the worst first, in one message", () => {
  expect(digest.headline).toBe("1 failing, 1 passing");
  expect(digest.lines.map(({ name, text }) => `${name} ${text}`)).toEqual([
    "Shop / unit is failing, before passing: 3 tests failed",
    "Shop / job is passing, before failing",
  ]);
});

test("a digest of very many changes stays short enough for each service", () => {
  const many: Change[] = Array.from({ length: 500 }, (_, n) =>
    changeOf({
      label: `${n} ${"é".repeat(500)}`,
      message: "x".repeat(500),
      link: failing.link ?? "",
    }),
  );
  const long = digestOf(BOARD, many);
  expect(long.more).toBe(470);
  expect(Buffer.byteLength(teamsMessage(long).body)).toBeLessThan(28_000);
  expect(Buffer.byteLength(slackMessage(long).body)).toBeLessThan(40_000);
  expect(Buffer.byteLength(ntfyMessage(long).body)).toBeLessThan(4096);
  expect(issueText(long).length).toBeLessThan(65_536);
  expect(slackMessage(long).body).toContain("and 470 more");
});

test("a webhook gets every change as data", () => {
  expect(JSON.parse(webhookMessage(digest, changes).body)).toEqual({
    schemaVersion: 1,
    board: "Team",
    site: BOARD.site,
    collectedAt: BOARD.collectedAt,
    headline: "1 failing, 1 passing",
    changes,
  });
});

test("Slack gets lines with links, escaped for its markup", () => {
  expect(JSON.parse(slackMessage(digest).body).text).toBe(
    [
      "*<https://a.example/b/|Team>*: 1 failing, 1 passing",
      "• <https://ci.example/run?a=1&amp;b=2%7C3|Shop / unit> is failing, before passing: 3 tests failed",
      "• Shop / job is passing, before failing",
    ].join("\n"),
  );
});

test("nobody is mentioned in Slack, and no link of a stranger is one", () => {
  const { text } = JSON.parse(slackMessage(hostile).body);
  expect(text).not.toContain("<!");
  expect([...text.matchAll(/<([^>|]*)/gu)].map(([, to]) => to)).toEqual(["https://a.example/b/"]);
});

test("Teams gets an Adaptive Card of text runs, which read no Markdown", () => {
  const { type, attachments } = JSON.parse(teamsMessage(hostile).body);
  expect(type).toBe("message");
  expect(attachments[0].contentType).toBe("application/vnd.microsoft.card.adaptive");
  const { body, actions } = attachments[0].content;
  for (const block of body) {
    expect(block.type).toBe("RichTextBlock");
    for (const inline of block.inlines) expect(inline.type).toBe("TextRun");
  }
  expect(actions).toEqual([{ type: "Action.OpenUrl", title: "Open the board", url: BOARD.site }]);
});

test("ntfy gets text, and nothing of strangers in its headers", () => {
  const { headers, body } = ntfyMessage(hostile);
  expect(headers).toEqual({
    "content-type": "text/plain; charset=utf-8",
    title: "Badgeboard: 1 passing",
    priority: "default",
    tags: "information_source",
    click: BOARD.site,
  });
  expect(body.split("\n")).toHaveLength(2);
  expect(ntfyMessage(digest).headers).toMatchObject({ priority: "high", tags: "red_circle" });
});

test("an issue's text mentions nobody and has no markup of strangers", () => {
  const text = issueText(hostile);
  expect(text).not.toMatch(/@everyone|#1|(?<!\\)<script|(?<!\\)\[x|https:\/\/e/u);
  expect(text).toContain("Seen 2026-11-23T08:00:00.000Z on [the board](<https://a.example/b/>).");
  expect(issueText(digest)).toContain(
    "- [Shop / unit](<https://ci.example/run?a=1&b=2|3>) is failing, before passing: 3 tests failed",
  );
});

test("nothing that turns the direction of text is in any message", () => {
  const messages = [
    webhookMessage(hostile, [changeOf({ label: HOSTILE, message: HOSTILE })]).body,
    slackMessage(hostile).body,
    teamsMessage(hostile).body,
    ntfyMessage(hostile).body,
    issueText(hostile),
  ];
  for (const message of messages) expect(message).not.toContain("\u202E");
});
