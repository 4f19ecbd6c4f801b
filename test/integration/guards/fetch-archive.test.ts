import { execFile } from "node:child_process";
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ensureAnsible } from "../../cluster/ansible.ts";
import { cacheDirOf } from "../../cluster/cache.ts";
import {
  archiveOf,
  type Entry,
  type FetchWorld,
  manifest,
  sha256,
  startFetchWorld,
} from "./fetch-world.ts";

const run = promisify(execFile);

let world: FetchWorld;
beforeEach(async () => {
  const made = await startFetchWorld();
  world = made;
  onTestFinished(() => made[Symbol.asyncDispose]());
});

/** Runs ansible-galaxy, and returns what it prints. */
async function galaxy(...args: string[]): Promise<string> {
  const cacheDir = cacheDirOf(process.env);
  const { python } = await ensureAnsible({ cacheDir, progress: () => undefined });
  const env = { PATH: process.env.PATH, HOME: world.folder, LC_ALL: "C.UTF-8" };
  const { stdout } = await run(python, ["-m", "ansible.cli.galaxy", "collection", ...args], {
    env,
  });
  return stdout;
}

/** Nothing was left behind, of a collection or of the work on it. */
async function expectNothing(): Promise<void> {
  expect(await readdir(join(world.folder, "collections"))).toEqual([]);
}

describe("an archive", () => {
  test("as ansible-galaxy builds it is put where Ansible finds it", async () => {
    const source = join(world.folder, "source");
    await mkdir(join(source, "roles/outage/tasks"), { recursive: true });
    await mkdir(join(source, "roles/outage/files"), { recursive: true });
    await writeFile(
      join(source, "galaxy.yml"),
      "namespace: acme\nname: tests\nversion: 1.0.0\nreadme: README.md\nauthors: [somebody]\n",
    );
    await writeFile(join(source, "README.md"), "# tests\n");
    await writeFile(join(source, "roles/outage/tasks/main.yml"), "- ansible.builtin.ping:\n");
    await writeFile(join(source, "roles/outage/files/run"), "#!/bin/sh\n", { mode: 0o755 });
    await symlink("../tasks/main.yml", join(source, "roles/outage/files/link.yml"));
    await galaxy("build", source, "--output-path", world.folder);
    const archive = await readFile(join(world.folder, "acme-tests-1.0.0.tar.gz"));

    expect(await world.fetch(world.serve("/acme.tar.gz", archive))).toEqual({
      code: 0,
      message: "",
    });
    const files = world.place("roles/outage/files");
    expect((await stat(join(files, "run"))).mode & 0o777).toBe(0o755);
    expect((await lstat(join(files, "link.yml"))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(files, "link.yml"), "utf8")).toContain("ping");
    const folder = join(world.folder, "collections");
    expect(await galaxy("verify", "--offline", "acme.tests", "-p", folder)).toMatch(
      /Successfully verified that checksums for 'acme\.tests:1\.0\.0'/,
    );
  });

  test("of a repository, with everything in one folder, is found in it", async () => {
    const archive = archiveOf([
      { path: "acme-tests-0123456/", type: "Directory" },
      { path: "acme-tests-0123456/galaxy.yml", content: "namespace: acme\nname: tests\n" },
      { path: "acme-tests-0123456/roles/r/tasks/main.yml", content: "[]" },
    ]);
    expect(await world.fetch(world.serve("/a.tar.gz", archive))).toMatchObject({ code: 0 });
    expect(await readFile(world.place("roles/r/tasks/main.yml"), "utf8")).toBe("[]");
  });

  test("is followed to where the server redirects, and asked for again where it is away", async () => {
    const archive = archiveOf([manifest]);
    let isAway = true;
    const source = world.serve("/a.tar.gz", archive);
    world.files.set("/a.tar.gz", (_request, response) => {
      response.writeHead(isAway ? 503 : 302, { location: "/b.tar.gz" }).end();
      isAway = false;
    });
    world.files.set("/b.tar.gz", archive);
    expect(await world.fetch(source)).toMatchObject({ code: 0 });
    expect(world.server.asked).toEqual(["GET /a.tar.gz", "GET /a.tar.gz", "GET /b.tar.gz"]);
  });

  test("with another SHA-256 is not even unpacked", async () => {
    const { archive } = world.serve("/a.tar.gz", archiveOf([manifest]));
    const other = sha256(Buffer.from("other"));
    const { code, message } = await world.fetch({ archive: { ...archive, sha256: other } });
    expect(code).toBe(1);
    expect(message).toBe(
      `The archive ${archive.url} has the SHA-256 ${archive.sha256}; the PystolRole's spec.source names ${other}.`,
    );
    await expectNothing();
  });

  test.each<[string, Entry[], RegExp]>([
    ["a path out of it", [{ path: "../evil" }], /"\.\.\/evil" is no path within/],
    ["a path out of it further down", [{ path: "a/../../evil" }], /is no path within/],
    ["an absolute path", [{ path: "/tmp/evil" }], /"\/tmp\/evil" is no path within/],
    ["a link out", [{ path: "l", type: "SymbolicLink", linkpath: "../../x" }], /outside the coll/],
    ["an absolute link", [{ path: "l", type: "SymbolicLink", linkpath: "/etc" }], /outside/],
    ["a link to nothing", [{ path: "l", type: "SymbolicLink", linkpath: "x" }], /not within/],
    [
      "links that together lead out",
      [
        { path: "a/b/top", type: "SymbolicLink", linkpath: "../.." },
        { path: "out", type: "SymbolicLink", linkpath: "a/b/top/.." },
      ],
      /"out" is a link to .* not within the collection/,
    ],
    [
      "a file behind a link",
      [
        { path: "here", type: "SymbolicLink", linkpath: "." },
        { path: "here/file", content: "x" },
      ],
      /"here" is there twice/,
    ],
    ["a hard link", [{ path: "l", type: "Link", linkpath: "/etc/passwd" }], /"l" is a Link/],
    ["a device", [{ path: "d", type: "CharacterDevice" }], /"d" is a CharacterDevice/],
    ["a FIFO", [{ path: "f", type: "FIFO" }], /"f" is a FIFO/],
    ["a file twice", [{ path: "a" }, { path: "./a" }], /"\.\/a" is there twice/],
    ["a file too large", [{ path: "a", content: Buffer.alloc(2 ** 25 + 1) }], /33554433 bytes/],
    [
      "too many entries",
      Array.from({ length: 20_001 }, (_, i) => ({ path: `${i % 100}/`, type: "Directory" })),
      /more than the 20000 entries/,
    ],
  ])("with %s is refused whole", async (_what, entries, expected) => {
    const source = world.serve("/a.tar.gz", archiveOf([manifest, ...entries]));
    const { code, message } = await world.fetch(source);
    expect(code).toBe(1);
    expect(message).toMatch(expected);
    await expectNothing();
    expect(await readdir(world.folder)).not.toContain("evil");
  });

  test.each<[string, Buffer, RegExp]>([
    ["no archive", Buffer.from("<html>not found</html>"), /cannot be unpacked: incorrect header/],
    ["half of one", archiveOf([manifest]).subarray(0, 100), /cannot be unpacked: unexpected end/],
    [
      "another collection",
      archiveOf([{ path: "galaxy.yml", content: "namespace: acme\nname: other" }]),
      /has the collection acme\.other; expected acme\.tests/,
    ],
    ["no collection", archiveOf([{ path: "a/README.md" }]), /has no collection; expected/],
    [
      "a manifest that is none",
      archiveOf([{ path: "MANIFEST.json", content: "{" }]),
      /MANIFEST\.json cannot be read/,
    ],
  ])("that is %s is refused", async (_what, archive, expected) => {
    const { code, message } = await world.fetch(world.serve("/a.tar.gz", archive));
    expect(code).toBe(1);
    expect(message).toMatch(expected);
    await expectNothing();
  });

  test("without end is given up at the limit", async () => {
    const source = world.serve("/a.tar.gz", archiveOf([manifest]));
    const chunk = Buffer.alloc(2 ** 20);
    world.files.set("/a.tar.gz", (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk)) {}
      };
      response.on("drain", more);
      more();
    });
    const { message } = await world.fetch(source);
    expect(message).toMatch(/more than the 67108864 bytes that are allowed/);
    await expectNothing();
  });
});

describe("a server", () => {
  test("that has no such archive is not asked again", async () => {
    const { archive } = world.serve("/a.tar.gz", archiveOf([manifest]));
    world.files.clear();
    const { code, message } = await world.fetch({ archive });
    expect({ code, message }).toEqual({
      code: 1,
      message: `${archive.url} answered 404; expected 200.`,
    });
    expect(world.server.asked).toHaveLength(1);
  });

  test("that redirects to http is not followed", async () => {
    const source = world.serve("/a.tar.gz", archiveOf([manifest]));
    world.files.set("/a.tar.gz", (_request, response) => {
      response.writeHead(302, { location: "http://127.0.0.1:1/a.tar.gz" }).end();
    });
    expect((await world.fetch(source)).message).toMatch(/expected one with https/);
  });

  test("whose certificate nobody vouches for is not trusted", async () => {
    const source = world.serve("/a.tar.gz", archiveOf([manifest]));
    const { code, message } = await world.fetch(source, { caFile: "" });
    expect(code).toBe(1);
    expect(message).toMatch(/could not be read: .*self.signed certificate/);
    expect(world.server.asked).toEqual([]);
  });
});

describe("a source", () => {
  test.each<[string, unknown, RegExp]>([
    ["http", { archive: { url: "http://x/a", sha256: "0".repeat(64) } }, /expected one with https/],
    ["no hash", { archive: { url: "https://x/a", sha256: "latest" } }, /with full hashes/],
    ["a branch", { git: { url: "https://x/a", commit: "main" } }, /with full hashes/],
    ["both", { git: {}, archive: {} }, /expected \{"git"/],
    [
      "a password",
      { archive: { url: "https://u:hunter2@x/a", sha256: "0".repeat(64) } },
      /The source's URL on x has a user name in it; expected/,
    ],
  ])("with %s is refused before anything is asked", async (_what, source, expected) => {
    const { code, message } = await world.fetch(source);
    expect(code).toBe(1);
    expect(message).toMatch(expected);
    expect(message).not.toContain("hunter2");
  });

  test("puts nothing outside the folder, whatever the collection is called", async () => {
    const source = world.serve("/a.tar.gz", archiveOf([manifest]));
    const { message } = await world.fetch(source, { collection: "../../x.y" });
    expect(message).toMatch(/expected NAMESPACE\.NAME/);
  });
});
