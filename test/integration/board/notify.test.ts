import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type BoardConfig, DEFAULTS, type NotifyConfig } from "../../../board/config/config.ts";
import { notify } from "../../../board/notify/notify.ts";
import type { BoardState } from "../../../board/state/board-state.ts";
import { readState, writeState } from "../../../board/state/state-file.ts";
import { type Collected, collected, notification } from "../../support/board-notify.ts";
import {
  answering,
  closedPort,
  type Respond,
  startBoardServer,
} from "../../support/board-server.ts";
import { COLLECTED_AT } from "../../support/board-state.ts";

const NOW = Date.parse(COLLECTED_AT);
const LIMITS = { timeoutMs: 20_000, retries: 3, retryAfterMs: 1 };
const SECRET = "s3cret-hook";

/** A folder with a state, in which notifications are sent with the environment given. */
async function world(tiles: Readonly<Record<string, Collected>>) {
  const folder = await mkdtempDisposable(join(tmpdir(), "notify-"));
  const statePath = join(folder.path, "state.json");
  await writeState(statePath, collected(tiles));
  return {
    statePath,
    folder: folder.path,
    /** Collects once more; what was told stays, as `collect` leaves it. */
    async collect(next: Readonly<Record<string, Collected>>) {
      const told = (await readState(statePath))?.told;
      await writeState(statePath, collected(next, told));
    },
    tell: (
      notifications: readonly NotifyConfig[],
      environment: Readonly<Record<string, string>>,
      parts: Partial<BoardConfig> & { readonly isDryRun?: boolean; readonly now?: number } = {},
    ) => {
      const { isDryRun = false, now = NOW, ...rest } = parts;
      const config: BoardConfig = { ...DEFAULTS, ...rest, notify: notifications };
      return notify({ config, statePath, environment, isDryRun, now, limits: LIMITS });
    },
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

/** Keeps the bodies that it is sent, and answers each with the next of the statuses, the last one for ever. */
function inbox(...statuses: number[]) {
  const bodies: string[] = [];
  const respond: Respond = (request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(statuses[Math.min(bodies.length, statuses.length) - 1] ?? 200).end("ok");
    });
  };
  return { bodies, respond };
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += part;
  return body;
}

test("each service is told once, in one message, in its own form", async () => {
  await using here = await world({ a: "failing", b: "failing", c: "passing" });
  const kinds = ["webhook", "slack", "teams", "ntfy"] as const;
  const boxes = kinds.map(() => inbox(200));
  const routes = Object.fromEntries(
    kinds.map((kind, at) => [`/${kind}`, boxes[at]?.respond ?? answering("")]),
  );
  await using server = await startBoardServer(routes);
  const environment = Object.fromEntries(
    kinds.map((kind) => [kind.toUpperCase(), `${server.origin}/${kind}?${SECRET}`]),
  );
  const notifications = kinds.map((kind) => notification({ kind, variable: kind.toUpperCase() }));
  const outcomes = await here.tell(notifications, environment);
  expect(outcomes.map(({ text: line }) => line)).toEqual([
    "webhook (WEBHOOK): told 2 failing",
    "slack (SLACK): told 2 failing",
    "teams (TEAMS): told 2 failing",
    "ntfy (NTFY): told 2 failing",
  ]);
  await here.tell(notifications, environment);
  for (const { bodies } of boxes) {
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(/Shop \/ a|"a"/u);
  }
  expect(JSON.parse(boxes[0]?.bodies[0] ?? "").changes).toHaveLength(2);
  expect(server.requests.every(({ method }) => method === "POST")).toBe(true);
});

test("a service that is busy for a moment is told; one that stays so is told the next time", async () => {
  await using here = await world({ a: "failing" });
  const moment = inbox(503, 200);
  const long = inbox(429, 500, 503, 504, 200);
  await using server = await startBoardServer({ "/moment": moment.respond, "/long": long.respond });
  const environment = {
    MOMENT: `${server.origin}/moment`,
    LONG: `${server.origin}/long?${SECRET}`,
  };
  const notifications = [notification({ variable: "LONG" }), notification({ variable: "MOMENT" })];
  expect(await here.tell(notifications, environment)).toEqual([
    {
      isTold: false,
      text: "webhook (LONG): not told 1 failing, it answered 504; the next run tries again",
    },
    { isTold: true, text: "webhook (MOMENT): told 1 failing" },
  ]);
  expect(await here.tell(notifications, environment)).toEqual([
    { isTold: true, text: "webhook (LONG): told 1 failing" },
    { isTold: true, text: "webhook (MOMENT): nothing to tell" },
  ]);
  expect([moment.bodies.length, long.bodies.length]).toEqual([2, 5]);
});

test("whoever cannot be told does not keep others from it, and no address is in what is said", async () => {
  await using here = await world({ a: "failing" });
  const box = inbox(200);
  const refusing = inbox(403);
  const redirecting: Respond = (_request, response) => {
    response.writeHead(307, { location: "/ok" }).end();
  };
  await using server = await startBoardServer({
    "/ok": box.respond,
    "/no": refusing.respond,
    "/redirect": redirecting,
  });
  const environment = {
    DOWN: `http://127.0.0.1:${await closedPort()}/${SECRET}`,
    NO: `${server.origin}/no?${SECRET}`,
    REDIRECT: `${server.origin}/redirect?${SECRET}`,
    BAD: `file:///${SECRET}`,
    OK: `${server.origin}/ok?${SECRET}`,
  };
  const variables = ["DOWN", "NO", "REDIRECT", "BAD", "MISSING", "OK"];
  const outcomes = await here.tell(
    variables.map((variable) => notification({ variable })),
    environment,
  );
  expect(outcomes.map(({ isTold }) => isTold)).toEqual([false, false, false, false, false, true]);
  const said = outcomes.map(({ text: line }) => line).join("\n");
  for (const part of [
    "ECONNREFUSED",
    "answered 403",
    "answered 307",
    "BAD holds no http(s)",
    "MISSING is not set",
  ]) {
    expect(said).toContain(part);
  }
  expect(said).not.toMatch(/s3cret|127\.0\.0\.1/u);
  expect([box.bodies.length, refusing.bodies.length]).toEqual([1, 1]);
});

test("what is collected while others are told is not lost", async () => {
  await using here = await world({ a: "failing" });
  const meanwhile: Respond = (_request, response) => {
    void here.collect({ a: "failing", b: "warning" }).then(() => response.writeHead(204).end());
  };
  await using server = await startBoardServer({ "/": meanwhile });
  await here.tell([notification()], { HOOK: `${server.origin}/` });
  const state = await readState(here.statePath);
  expect(Object.keys(state?.badges ?? {})).toHaveLength(2);
  expect(Object.keys(state?.told ?? {})).toHaveLength(1);
});

test("a dry run says what would be told, tells nobody, needs no address and keeps nothing", async () => {
  await using here = await world({ a: "failing" });
  const before = await readFile(here.statePath, "utf8");
  expect(await here.tell([notification()], {}, { isDryRun: true })).toEqual([
    { isTold: true, text: "webhook (HOOK): would tell 1 failing\n  Shop / a is failing" },
  ]);
  expect(await readFile(here.statePath, "utf8")).toBe(before);
});

test("of a state that is too old nobody is told", async () => {
  await using here = await world({ a: "passing" });
  const later = NOW + 25 * 3_600_000;
  await expect(here.tell([notification()], {}, { now: later })).rejects.toThrow(
    /collected at 2026-11-23T08:00:00.000Z, more than 24 hours ago; nobody is told/u,
  );
});

test("the command ends with 1 where somebody was not told, and shows no address", async () => {
  await using here = await world({ a: "failing" });
  const told: BoardState | undefined = await readState(here.statePath);
  if (told === undefined) throw new Error("there is no state");
  await writeState(here.statePath, { ...told, collectedAt: new Date().toISOString() });
  const config = join(here.folder, "badges.yaml");
  await writeFile(
    config,
    "title: T\ngroups:\n  - name: Shop\n    badges: [{ label: a, badge: https://ci.example/a.svg }]\nnotify:\n  - { kind: slack, variable: HOOK }\n  - { kind: ntfy, variable: OK }\n",
  );
  const box = inbox(200);
  await using server = await startBoardServer({
    "/ok": box.respond,
    "/no": answering("no", {}, 404),
  });
  const env = {
    ...process.env,
    HOOK: `${server.origin}/no?${SECRET}`,
    OK: `${server.origin}/ok?${SECRET}`,
  };
  const args = ["board/main.ts", "notify", "--config", config, "--state", here.statePath];
  const failure = await promisify(execFile)(process.execPath, args, { env }).catch(
    (error) => error,
  );
  expect(failure).toMatchObject({ code: 1, stdout: "ntfy (OK): told 1 failing\n" });
  expect(failure.stderr).toBe(
    "slack (HOOK): not told 1 failing, it answered 404; the next run tries again\n",
  );
  expect(box.bodies).toHaveLength(1);
});
