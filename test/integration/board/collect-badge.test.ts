import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { BadgeRecord } from "../../../board/state/board-state.ts";
import { twoPart } from "../../support/board-badges.ts";
import { collect, configOf, only } from "../../support/board-collect.ts";
import {
  answering,
  closedPort,
  type Respond,
  startBoardServer,
} from "../../support/board-server.ts";

const PASSING = twoPart("build", "passing");

/** What is known of one route after one collection. */
async function recordAfter(respond: Respond, timeoutMs?: number): Promise<BadgeRecord> {
  await using server = await startBoardServer({ "/a.svg": respond });
  return only(
    await collect(
      configOf([`${server.origin}/a.svg`]),
      timeoutMs === undefined ? {} : { timeoutMs },
    ),
  );
}

describe("one badge", () => {
  test("is read, whatever its content type says", async () => {
    const record = await recordAfter(
      answering(PASSING, { "content-type": "application/octet-stream" }),
    );
    expect(record.reading).toMatchObject({ state: "passing", label: "build", message: "passing" });
  });

  test.each([
    ["gzip", gzipSync(PASSING)],
    ["x-gzip", gzipSync(PASSING)],
    ["br", brotliCompressSync(PASSING)],
    ["deflate", deflateSync(PASSING)],
  ])("is read through %s", async (encoding, body) => {
    const record = await recordAfter(answering(body, { "content-encoding": encoding }));
    expect(record.reading?.state).toBe("passing");
  });

  test.each([
    ["gzip that no header tells of", {}, gzipSync(PASSING)],
    ["gzip in gzip", { "content-encoding": "gzip" }, gzipSync(gzipSync(PASSING))],
  ])("is read from %s", async (_what, headers, body) => {
    expect((await recordAfter(answering(body, headers))).reading?.state).toBe("passing");
  });

  test.each([
    [
      "what only begins like gzip",
      answering(Buffer.concat([gzipSync(PASSING).subarray(0, 20), Buffer.from("passing")])),
      expect.stringMatching(/^content: /u),
    ],
    [
      "HTML with 200",
      answering("<!doctype html><p>passing", { "content-type": "text/html" }),
      "content: an HTML page, often one to sign in, is no badge",
    ],
    ["404", answering(PASSING, {}, 404), "http: the service answered 404"],
  ])("is unknown for %s", async (_what, respond, rule) => {
    expect((await recordAfter(respond)).reading).toMatchObject({ state: "unknown", rule });
  });

  const endless: Respond = (_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (response.write("x".repeat(65_536)));
      response.once("drain", more);
    };
    more();
  };
  const slow: Respond = (_request, response) => {
    response.writeHead(200).write("<svg>");
  };

  test.each([
    ["500", answering("oops", {}, 500), "the service answered 500"],
    ["a redirect loop", answering("", { location: "/a.svg" }, 302), "more than 5 redirects"],
    [
      "a redirect to a file",
      answering("", { location: "file:///etc/hostname" }, 302),
      'the address begins with "file:", expected http: or https:',
    ],
    ["an endless body", endless, "the answer is larger than 256 KiB"],
    [
      "a gzip bomb",
      answering(gzipSync(Buffer.alloc(50_000_000)), { "content-encoding": "gzip" }),
      "the answer is larger than 256 KiB",
    ],
    [
      "a gzip bomb that no header tells of",
      answering(gzipSync(Buffer.alloc(50_000_000))),
      "the answer is larger than 256 KiB",
    ],
    [
      "a bomb in a bomb",
      answering(gzipSync(gzipSync(Buffer.alloc(50_000_000))), { "content-encoding": "gzip" }),
      "the answer is larger than 256 KiB",
    ],
    [
      "50 MB that are announced",
      answering(Buffer.alloc(50_000_000), { "content-length": "50000000" }),
      "the answer is larger than 256 KiB",
    ],
    [
      "a flood of headers",
      (_request: unknown, response: ServerResponse) => {
        for (let at = 0; at < 90; at += 1) response.setHeader(`x-${at}`, "x".repeat(500));
        response.end(PASSING);
      },
      /^the answer of 127\.0\.0\.1:\d+ is of no use: its headers are too large$/u,
    ],
    [
      "a redirect to nowhere",
      answering("", { location: "http://[" }, 302),
      "a redirect leads to something that is no address",
    ],
    [
      "a body that is not what it says",
      answering("passing", { "content-encoding": "gzip" }),
      /^the answer of 127\.0\.0\.1:\d+ is of no use: what it sent cannot be unpacked$/u,
    ],
    [
      "a broken connection",
      (_request: unknown, response: { destroy(): unknown }) => response.destroy(),
      /^no answer from 127\.0\.0\.1:\d+: it broke the connection$/u,
    ],
  ] as ReadonlyArray<readonly [string, Respond, string | RegExp]>)(
    "has no reading after %s",
    async (_what, respond, reason) => {
      const record = await recordAfter(respond);
      expect(record.reading).toBeUndefined();
      expect(record.problem?.reason).toEqual(
        typeof reason === "string" ? reason : expect.stringMatching(reason),
      );
    },
  );

  const dripping: Respond = (_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 50);
    response.once("close", () => clearInterval(drip));
  };

  test.each([
    ["a body that never ends", slow],
    ["a body that drips", dripping],
    ["no answer at all", () => undefined],
  ] as ReadonlyArray<readonly [string, Respond]>)(
    "has no reading after %s, when its time is over",
    async (_what, respond) => {
      const record = await recordAfter(respond, 700);
      expect(record.problem?.reason).toMatch(/^no answer from .* within 0\.7 s$/u);
    },
  );

  test("has no reading where nothing listens", async () => {
    const address = `http://127.0.0.1:${await closedPort()}/a.svg`;
    expect(only(await collect(configOf([address]))).problem?.reason).toMatch(
      /it refused the connection$/u,
    );
  });

  test("is read at the end of its redirects", async () => {
    await using server = await startBoardServer({
      "/a.svg": answering("", { location: "/b.svg" }, 301),
      "/b.svg": answering("", { location: "/c.svg?x=1" }, 307),
      "/c.svg": answering(PASSING),
    });
    expect(only(await collect(configOf([`${server.origin}/a.svg`]))).reading?.state).toBe(
      "passing",
    );
  });
});

describe("private addresses", () => {
  test.each([
    "http://127.0.0.1:PORT",
    "http://localhost:PORT",
    "http://[::ffff:127.0.0.1]:PORT",
    "http://2130706433:PORT",
    "http://0177.0.0.1:PORT",
    "http://0x7f.1:PORT",
    "http://0.0.0.0:PORT",
    "http://[::]:PORT",
    "http://[::1]:PORT",
    "http://[::ffff:0:127.0.0.1]:PORT",
    "http://[64:ff9b::7f00:1]:PORT",
  ])("%s is not called unless it is allowed", async (origin) => {
    await using server = await startBoardServer({ "/a.svg": answering(PASSING) });
    const address = `${origin.replace("PORT", new URL(server.origin).port)}/a.svg`;
    const record = only(await collect(configOf([address], { allowPrivate: [] })));
    expect(record.problem?.reason).toMatch(/private address.*--allow-private/u);
    expect(server.requests).toHaveLength(0);
  });

  test("a redirect does not lead to one", async () => {
    await using inside = await startBoardServer({ "/a.svg": answering(PASSING) });
    await using outside = await startBoardServer({
      "/a.svg": answering("", { location: `${inside.origin}/a.svg` }, 302),
    });
    const record = only(await collect(configOf([`${outside.origin}/a.svg`])));
    expect(record.problem?.reason).toMatch(/has the private address/u);
    expect(inside.requests).toHaveLength(0);
  });

  test.each(["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "[fd00::1]", "[fe80::1]"])(
    "a redirect to %s is refused",
    async (host) => {
      await using server = await startBoardServer({
        "/a.svg": answering("", { location: `http://${host}/b.svg` }, 302),
      });
      const record = only(await collect(configOf([`${server.origin}/a.svg`])));
      expect(record.problem?.reason).toMatch(/has the private address/u);
    },
  );

  test("a redirect to a name that stands for one is refused", async () => {
    await using inside = await startBoardServer({ "/a.svg": answering(PASSING) });
    const { port } = new URL(inside.origin);
    await using outside = await startBoardServer({
      "/a.svg": answering("", { location: `http://localhost:${port}/a.svg` }, 302),
    });
    const record = only(await collect(configOf([`${outside.origin}/a.svg`])));
    expect(record.problem?.reason).toMatch(/^localhost has the private address/u);
    expect(inside.requests).toHaveLength(0);
  });

  test("the address of a cloud's metadata service is one", async () => {
    const record = only(
      await collect(configOf(["http://169.254.169.254/latest/"], { allowPrivate: [] })),
    );
    expect(record.problem?.reason).toMatch(/private address 169\.254\.169\.254/u);
  });
});
