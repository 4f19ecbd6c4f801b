import { mkdtempDisposable } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULTS } from "../../../board/config/config.ts";
import { notify } from "../../../board/notify/notify.ts";
import { readState, writeState } from "../../../board/state/state-file.ts";
import { type Collected, collected, notification } from "../../support/board-notify.ts";
import { type BoardServer, startBoardServer } from "../../support/board-server.ts";
import { COLLECTED_AT } from "../../support/board-state.ts";

interface Issue {
  readonly number: number;
  readonly user: { readonly login: string; readonly type: string };
  readonly title: string;
  readonly body: string;
  state: string;
  readonly comments: string[];
}

const ISSUES = "/repos/team/shop/issues";
const SELF = { login: "pystol[bot]", type: "Bot" };

/** As much of GitHub's issues as the board uses; the token belongs to an App, as in a workflow. */
async function startGitHub(issues: Issue[]): Promise<BoardServer> {
  const one = (request: IncomingMessage) =>
    issues.find(({ number }) => (request.url ?? "").startsWith(`${ISSUES}/${number}`));
  const routes: Parameters<typeof startBoardServer>[0] = {
    "/user": (_request, response) => response.writeHead(403).end("{}"),
    [ISSUES]: (request, response) => {
      if (request.method === "GET") {
        const open = issues.filter(({ state }) => state === "open");
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(open));
        return;
      }
      void json(request).then(({ title = "", body = "" }) => {
        const number = issues.length + 1;
        issues.push({ number, user: SELF, title, body, state: "open", comments: [] });
        response
          .writeHead(201, { "content-type": "application/json" })
          .end(JSON.stringify({ number }));
      });
    },
  };
  for (const number of [1, 2, 3]) {
    addRoute(routes, `${ISSUES}/${number}`, (request, body) => {
      const issue = one(request);
      if (issue !== undefined && body.state !== undefined) issue.state = body.state;
    });
    addRoute(routes, `${ISSUES}/${number}/comments`, (request, body) => {
      one(request)?.comments.push(body.body ?? "");
    });
  }
  return await startBoardServer(routes);
}

type Body = Readonly<Partial<Record<"title" | "body" | "state", string>>>;

function addRoute(
  routes: Record<string, Parameters<typeof startBoardServer>[0][string]>,
  path: string,
  act: (request: IncomingMessage, body: Body) => void,
): void {
  routes[path] = (request, response) => {
    void json(request).then((body) => {
      act(request, body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  };
}

async function json(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text) as Body; // GitHub's client sends objects
}

const issueConfig = notification({
  kind: "github-issue",
  variable: "TOKEN",
  repository: "team/shop",
});

/** Collects and tells, again and again, with one state; gives what was said of each. */
async function told(api: string, runs: ReadonlyArray<Readonly<Record<string, Collected>>>) {
  await using folder = await mkdtempDisposable(join(tmpdir(), "notify-"));
  const statePath = join(folder.path, "state.json");
  const said: string[] = [];
  for (const tiles of runs) {
    const before = (await readState(statePath))?.told;
    await writeState(statePath, collected(tiles, before));
    const config = { ...DEFAULTS, github: { variable: "X", api }, notify: [issueConfig] };
    const environment = { TOKEN: "s3cret-token" };
    const now = Date.parse(COLLECTED_AT);
    const outcomes = await notify({ config, statePath, environment, isDryRun: false, now });
    said.push(...outcomes.map(({ text }) => text));
  }
  return said;
}

test("an issue is opened with the first failure, commented on, and closed when nothing fails", async () => {
  const issues: Issue[] = [];
  await using gitHub = await startGitHub(issues);
  await told(gitHub.origin, [
    { a: "passing", b: "passing" },
    { a: "failing", b: "passing" },
    { a: "failing", b: "failing" },
    { a: "passing", b: "unread" },
  ]);
  expect(issues).toMatchObject([{ title: "Board: 1 failing", state: "open" }]);
  expect(issues[0]?.body).toContain("Shop / a is failing, before passing");
  expect(issues[0]?.comments).toHaveLength(2);
  await told(gitHub.origin, [{ a: "failing" }, { a: "passing" }]);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.state).toBe("closed");
});

test("an issue of somebody else is left alone, whatever it holds, and a recovery opens none", async () => {
  const issues: Issue[] = [];
  await using gitHub = await startGitHub(issues);
  await told(gitHub.origin, [{ a: "failing" }]);
  const [own] = issues.splice(0);
  if (own === undefined) throw new Error("no issue was opened");
  issues.push({ ...own, user: { login: "mallory", type: "User" } });
  await told(gitHub.origin, [{ a: "failing" }, { a: "passing" }]);
  expect(issues.map(({ state, comments }) => [state, comments.length])).toEqual([
    ["open", 0],
    ["closed", 1],
  ]);
  await told(gitHub.origin, [{ a: "warning" }, { a: "passing" }]);
  expect(issues).toHaveLength(2);
});

test.each([
  [401, "it does not know the token"],
  [403, "issues: write"],
  [410, "the repository has no issues"],
])("a refusal with %i says what to do, and never the token", async (status, advice) => {
  await using gitHub = await startBoardServer({
    "/user": (_request, response) => response.writeHead(403).end("{}"),
    [ISSUES]: (_request, response) => response.writeHead(status).end('{"message":"s3cret-token"}'),
  });
  const [said] = await told(gitHub.origin, [{ a: "failing" }]);
  expect(said).toContain(
    `github-issue (team/shop): not told 1 failing, GitHub answered ${status}: `,
  );
  expect(said).toContain(advice);
  expect(said).not.toContain("s3cret");
});
