import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type FetchWorld, startFetchWorld } from "./fetch-world.ts";

const run = promisify(execFile);

let world: FetchWorld;
let work: string;
beforeEach(async () => {
  const made = await startFetchWorld();
  world = made;
  onTestFinished(() => made[Symbol.asyncDispose]());
  work = join(world.folder, "work");
  await mkdir(work);
  await git("init", "--quiet", "--initial-branch=main");
  await writeFile(join(work, "galaxy.yml"), "namespace: acme\nname: tests\nversion: 1.0.0\n");
});

/** Runs git in the working copy, without any configuration of this machine. */
async function git(...args: string[]): Promise<string> {
  const person = { NAME: "somebody", EMAIL: "somebody@example.com" };
  const env = {
    PATH: process.env.PATH,
    HOME: world.folder,
    GIT_CONFIG_NOSYSTEM: "1",
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  return (await run("git", args, { cwd: work, env })).stdout.trim();
}

/** Commits what is there, and returns the commit. */
async function commit(message: string): Promise<string> {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD");
}

/** Serves what was committed until now; returns the source for a commit of it. */
async function publish(commit: string): Promise<{ git: { url: string; commit: string } }> {
  const bare = join(world.repositories, "tests.git");
  await git("clone", "--quiet", "--bare", work, bare);
  return { git: { url: `${world.server.url}/git/tests.git`, commit } };
}

async function role(text: string): Promise<void> {
  await mkdir(join(work, "roles/r/tasks"), { recursive: true });
  await writeFile(join(work, "roles/r/tasks/main.yml"), text);
}

const roleFile = () => readFile(world.place("roles/r/tasks/main.yml"), "utf8");

describe("a repository", () => {
  test("gives its newest commit, with links and executable files, and nothing of git", async () => {
    await role("# one");
    await commit("One");
    await role("# two");
    await mkdir(join(work, "files"));
    await writeFile(join(work, "files/run"), "#!/bin/sh\n", { mode: 0o755 });
    await symlink("../roles/r", join(work, "files/link"));
    const two = await commit("Two");
    expect(await world.fetch(await publish(two))).toEqual({ code: 0, message: "" });
    expect(await roleFile()).toBe("# two");
    // Its refs and the commit alone: the history is not loaded.
    expect(world.server.asked).toHaveLength(2);
    expect((await stat(world.place("files/run"))).mode & 0o777).toBe(0o755);
    expect(await readlink(world.place("files/link"))).toBe("../roles/r");
    expect((await readdir(world.place())).sort()).toEqual(["files", "galaxy.yml", "roles"]);
    expect(await readdir(join(world.folder, "collections"))).toEqual(["ansible_collections"]);
  });

  test("gives an older commit, which its server does not give by itself", async () => {
    await role("# one");
    const one = await commit("One");
    await role("# two");
    await commit("Two");
    expect(await world.fetch(await publish(one))).toEqual({ code: 0, message: "" });
    expect(await roleFile()).toBe("# one");
  });

  test("gives a commit that only another branch or a tag names", async () => {
    await commit("Start");
    await git("switch", "--quiet", "--create", "other");
    await role("# other");
    const other = await commit("Other");
    await role("# tagged");
    const tagged = await commit("Tagged");
    await git("tag", "--annotate", "v1", "--message", "v1");
    await git("reset", "--quiet", "--hard", other);
    await git("switch", "--quiet", "main");
    const source = await publish(other);
    expect(await world.fetch(source)).toEqual({ code: 0, message: "" });
    expect(await roleFile()).toBe("# other");
    expect(await world.fetch({ git: { ...source.git, commit: tagged } })).toMatchObject({
      code: 0,
    });
    expect(await roleFile()).toBe("# tagged");
  });

  test("without that commit is refused, and so is a repository that is not there", async () => {
    await commit("Start");
    const unknown = "0123456789abcdef0123456789abcdef01234567";
    const source = await publish(unknown);
    expect(await world.fetch(source)).toEqual({
      code: 1,
      message: `The repository ${source.git.url} has no commit ${unknown} in its branches and tags.`,
    });
    const gone = { ...source.git, url: `${world.server.url}/git/gone.git` };
    expect((await world.fetch({ git: gone })).message).toMatch(/gone\.git\/.* answered 404/);
    expect(await readdir(join(world.folder, "collections"))).toEqual([]);
  });

  test("without the collection is refused", async () => {
    await writeFile(join(work, "galaxy.yml"), "namespace: acme\nname: other\n");
    const { message } = await world.fetch(await publish(await commit("Other")));
    expect(message).toMatch(/has the collection acme\.other; expected acme\.tests/);
  });

  test("with a link out of it is refused", async () => {
    await symlink("/etc/passwd", join(work, "users"));
    const { code, message } = await world.fetch(await publish(await commit("Link")));
    expect(code).toBe(1);
    expect(message).toMatch(/"users" is a link to "\/etc\/passwd", outside the collection/);
    expect(await readdir(join(world.folder, "collections"))).toEqual([]);
  });

  test("with a submodule is refused, because what it would load has no hash of its own here", async () => {
    const start = await commit("Start");
    await git("update-index", "--add", "--cacheinfo", `160000,${start},vendored`);
    await git("commit", "--quiet", "--message", "Submodule");
    const { message } = await world.fetch(await publish(await git("rev-parse", "HEAD")));
    expect(message).toMatch(/"vendored" of the commit is a submodule/);
  });

  test("whose objects are named by SHA-256 is refused with what to do", async () => {
    const url = `${world.server.url}/git/tests.git`;
    const { message } = await world.fetch({ git: { url, commit: "0".repeat(64) } });
    expect(message).toMatch(/not supported; use spec\.source\.archive/);
  });
});
