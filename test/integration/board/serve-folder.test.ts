import { mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ServeError, serveFolder } from "../../../board/serve/serve-folder.ts";

interface Answered {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** Sends a path as it is: `fetch` would resolve the dots before they reach the server. */
function get(
  origin: string,
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<Answered> {
  const { hostname, port, host } = new URL(origin);
  const headers = { host: options.host ?? host };
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method: options.method ?? "GET", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const type = response.headers["content-type"];
        resolve({ status: response.statusCode, type, body: Buffer.concat(chunks).toString() });
      });
    })
      .on("error", reject)
      .end();
  });
}

async function site() {
  const folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  const dir = join(folder.path, "site");
  await mkdir(join(dir, "sub"), { recursive: true });
  await writeFile(join(folder.path, "secret.txt"), "secret");
  await mkdir(join(folder.path, "site-beside"));
  await writeFile(join(folder.path, "site-beside", "secret.txt"), "secret");
  await writeFile(join(dir, "index.html"), "<p>home");
  await writeFile(join(dir, "board.js"), "// script");
  await writeFile(join(dir, "a b.txt"), "blank");
  await symlink("../secret.txt", join(dir, "link.txt"));
  const served = await serveFolder({ dir, port: 0 });
  return {
    url: served.url,
    dir,
    async [Symbol.asyncDispose]() {
      await served.close();
      await folder.remove();
    },
  };
}

test("files are served with their content type, folders by their index", async () => {
  await using server = await site();
  expect(await get(server.url, "/")).toEqual({
    status: 200,
    type: "text/html; charset=utf-8",
    body: "<p>home",
  });
  expect(await get(server.url, "/board.js?v=1")).toMatchObject({
    status: 200,
    type: "text/javascript; charset=utf-8",
  });
  expect(await get(server.url, "/a%20b.txt")).toMatchObject({ status: 200, body: "blank" });
  expect(await get(server.url, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

describe("nothing outside of the folder is served", () => {
  test.each([
    "/../secret.txt",
    "/sub/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/../site-beside/secret.txt",
    "/link.txt",
    "//etc/hostname",
    "/%00",
    "/%zz",
    "/sub",
    "/sub/",
    `/${"a".repeat(5000)}`,
  ])("%s", async (path) => {
    await using server = await site();
    const answered = await get(server.url, path);
    expect(answered.status).toBe(404);
    expect(answered.body).not.toContain("secret\n");
  });
});

test("other methods and other host names are refused", async () => {
  await using server = await site();
  expect((await get(server.url, "/", { method: "POST" })).status).toBe(405);
  expect((await get(server.url, "/", { host: "evil.example" })).status).toBe(403);
  expect((await get(server.url, "/", { host: "localhost:1" })).status).toBe(200);
});

test("a busy port is one clear error that names --port", async () => {
  await using server = await site();
  const port = Number(new URL(server.url).port);
  const second = serveFolder({ dir: server.dir, port });
  await expect(second).rejects.toThrow(ServeError);
  await expect(second).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is in use by another program. Choose another one with --port, or 0 for any free one.`,
  );
});

test("a file that did not change is not sent again, one that did is", async () => {
  await using server = await site();
  const first = await fetch(server.url);
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"/u);
  const again = () => fetch(server.url, { headers: { "if-none-match": etag } });
  expect((await again()).status).toBe(304);
  await writeFile(join(server.dir, "index.html"), "<p>changed");
  expect(await (await again()).text()).toBe("<p>changed");
});

test("texts are gzipped for those who take it, small files are not", async () => {
  await using server = await site();
  await writeFile(join(server.dir, "long.html"), "<p>long".repeat(1000));
  const encodingOf = async (path: string, accepted: string) => {
    const answered = await fetch(server.url + path, { headers: { "accept-encoding": accepted } });
    return [answered.headers.get("content-encoding"), (await answered.text()).length];
  };
  expect(await encodingOf("long.html", "gzip")).toEqual(["gzip", 7000]);
  expect(await encodingOf("long.html", "identity")).toEqual([null, 7000]);
  expect(await encodingOf("index.html", "gzip")).toEqual([null, 7]);
});

test("on other addresses than loopback it answers to any name, since it is meant to be reached", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "board-"));
  await writeFile(join(folder.path, "index.html"), "<p>home");
  await using served = await serveFolder({ dir: folder.path, port: 0, host: "127.0.0.2" });
  expect((await get(served.url, "/", { host: "wall.lan" })).status).toBe(200);
});

test("an address of another machine is one clear error that names --host", async () => {
  await using server = await site();
  const served = serveFolder({ dir: server.dir, port: 0, host: "192.0.2.1" });
  await expect(served).rejects.toThrow("192.0.2.1 is no address of this machine.");
});
