import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { commentBody, commentMarker, commentOnPullRequest } from "../../../action/comment.ts";

interface Comment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type: string };
}

const bot = { login: "github-actions[bot]", type: "Bot" };
const stranger = { login: "mallory", type: "User" };
const marker = commentMarker("CI", "faults");

/** The part of GitHub's REST API that comments need, with its pages: https://docs.github.com/rest/issues/comments */
async function fakeGitHub(options: { comments?: Comment[]; login?: string; refuse?: number } = {}) {
  const comments = options.comments ?? [];
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    let text = "";
    for await (const chunk of request) text += chunk;
    seen.push(`${request.method} ${url.pathname}`);
    const answer = (code: number, body: unknown, headers = {}) => {
      response.writeHead(code, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== "token secret-token") return answer(401, {});
    if (url.pathname === "/user") {
      if (options.login) return answer(200, { login: options.login });
      return answer(403, { message: "Resource not accessible by integration" });
    }
    if (options.refuse && request.method !== "GET") {
      return answer(options.refuse, { message: "Resource not accessible by integration" });
    }
    const { body = "" } = text ? JSON.parse(text) : {};
    if (request.method === "PATCH") {
      const found = comments.find(({ id }) => url.pathname.endsWith(`/issues/comments/${id}`));
      if (!found) return answer(404, {});
      found.body = body;
      return answer(200, found);
    }
    if (url.pathname !== "/repos/o/r/issues/7/comments")
      return answer(404, { message: "Not Found" });
    if (request.method === "POST") {
      const made = { id: 1000, body, html_url: "https://github.com/o/r/pull/7#1000", user: bot };
      comments.push(made);
      return answer(201, made);
    }
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const page = Number(url.searchParams.get("page") ?? 1);
    const rest = comments.length > page * size;
    url.searchParams.set("page", String(page + 1));
    return answer(
      200,
      comments.slice((page - 1) * size, page * size),
      rest ? { link: `<${url}>; rel="next"` } : {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const warnings: string[] = [];
  return {
    comments,
    seen,
    warnings,
    comment: (changes = {}) =>
      commentOnPullRequest({
        token: "secret-token",
        repository: "o/r",
        pullRequest: 7,
        markdown: "## new",
        marker,
        apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        warn: (text) => warnings.push(text),
        ...changes,
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const commentOf = (id: number, body: string, user = bot): Comment => ({
  id,
  body,
  html_url: `https://github.com/o/r/pull/7#${id}`,
  user,
});

describe("the comment on a pull request", () => {
  test("is created where there is none of this job", async () => {
    await using gitHub = await fakeGitHub({
      comments: [commentOf(1, `${commentMarker("CI", "other")}\nold`)],
    });
    expect(await gitHub.comment()).toBe("https://github.com/o/r/pull/7#1000");
    expect(gitHub.comments.at(-1)?.body).toBe(`${marker}\n## new`);
    expect(gitHub.warnings).toEqual([]);
  });

  test("is updated in place, on whichever page of comments it is", async () => {
    const others = Array.from({ length: 150 }, (_, index) => commentOf(index + 1, "talk"));
    await using gitHub = await fakeGitHub({
      comments: [...others, commentOf(200, `${marker}\nold`), commentOf(201, "more")],
    });
    expect(await gitHub.comment()).toBe("https://github.com/o/r/pull/7#200");
    expect(gitHub.comments).toHaveLength(152);
    expect(gitHub.comments.find(({ id }) => id === 200)?.body).toBe(`${marker}\n## new`);
  });

  test("is never one that somebody else wrote, though it has the marker", async () => {
    const forged = commentOf(1, `${marker}\nall green`, stranger);
    await using gitHub = await fakeGitHub({ comments: [forged] });
    await gitHub.comment();
    expect(gitHub.comments.map(({ id }) => id)).toEqual([1, 1000]);
    expect(forged.body).toBe(`${marker}\nall green`);
  });

  test("is the user's own where the token is a user's", async () => {
    await using gitHub = await fakeGitHub({
      login: "dev",
      comments: [
        commentOf(1, `${marker}\nbot's`),
        commentOf(2, `${marker}\nmine`, { login: "dev", type: "User" }),
      ],
    });
    expect(await gitHub.comment()).toBe("https://github.com/o/r/pull/7#2");
  });

  test.each([
    [{ refuse: 403 }, {}, "pull-requests: write"],
    [{}, { pullRequest: 8 }, "There is no such pull request"],
    [{}, { token: "wrong-token" }, "does not know the token"],
    [{}, { apiUrl: "http://127.0.0.1:1" }, "The job's summary has them"],
  ])("is a warning with the fix where GitHub refuses: %j %j", async (how, changes, fix) => {
    await using gitHub = await fakeGitHub(how);
    expect(await gitHub.comment(changes)).toBeUndefined();
    expect(gitHub.warnings).toHaveLength(1);
    expect(gitHub.warnings[0]).toContain(fix);
    expect(gitHub.warnings[0]).not.toMatch(/(secret|wrong)-token/);
  });

  test("is cut to what GitHub takes, with no fence and no fold left open", () => {
    const markdown = `<details open><summary>a</summary>\n\n\`\`\`mermaid\n${"row\n".repeat(30_000)}\`\`\`\n</details>\n`;
    const body = commentBody(marker, markdown);
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.length).toBeGreaterThan(60_000);
    expect(body.startsWith(marker)).toBe(true);
    expect(body.match(/^```/gm)).toHaveLength(2);
    expect(body).toMatch(/<\/details>\n\nThe rest did not fit into a comment/);
    expect(commentBody(marker, "short")).toBe(`${marker}\nshort`);
  });

  test("has a marker that no name can end early", () => {
    expect(commentMarker("--> <b>", "a")).toMatch(/^<!-- pystol-results [0-9a-f]{24} -->$/);
    expect(commentMarker("a", "bc")).not.toBe(commentMarker("ab", "c"));
  });
});
