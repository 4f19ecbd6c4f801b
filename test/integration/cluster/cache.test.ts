import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cached } from "../../cluster/cache.ts";
import { acquireLock } from "../../cluster/lock.ts";
import { startProgram } from "../../support/cluster-program.ts";

const CLUSTER = join(import.meta.dirname, "..", "..", "cluster");

async function temporaryCache(): Promise<AsyncDisposable & { cacheDir: string }> {
  const cacheDir = await mkdtemp(join(tmpdir(), "pystol-cache-"));
  return {
    cacheDir,
    [Symbol.asyncDispose]: () => rm(cacheDir, { recursive: true, force: true }),
  };
}

const progress = () => undefined;

describe("an entry of the cache", () => {
  it("is built once, also when two ask for it at the same time", async () => {
    await using cache = await temporaryCache();
    let builds = 0;
    const ask = () =>
      cached({
        ...{ ...cache, name: "tool", inputs: { version: "1" }, progress },
        build: async (folder) => {
          builds += 1;
          await writeFile(join(folder, "tool"), "content");
        },
      });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toBe(first);
    expect(await ask()).toBe(first);
    expect(builds).toBe(1);
    expect(await readFile(join(first, "tool"), "utf8")).toBe("content");
  });

  it("is another one when what goes into it changes", async () => {
    await using cache = await temporaryCache();
    const ask = (version: string) =>
      cached({
        ...cache,
        name: "tool",
        inputs: { version },
        progress,
        build: async () => undefined,
      });
    expect(await ask("2")).not.toBe(await ask("1"));
  });

  it("is not there after a build that failed, and nothing of it is", async () => {
    await using cache = await temporaryCache();
    const failing = cached({
      ...{ ...cache, name: "tool", inputs: {}, progress },
      build: async (folder) => {
        await writeFile(join(folder, "half"), "");
        throw new Error("no room");
      },
    });
    await expect(failing).rejects.toThrow("no room");
    expect(await readdir(cache.cacheDir)).toEqual([]);
  });

  it("is built anew, without the remains, after a builder was killed", async () => {
    await using cache = await temporaryCache();
    const program = `
      import { writeFile } from "node:fs/promises";
      import { cached } from ${JSON.stringify(join(CLUSTER, "cache.ts"))};
      await cached({
        cacheDir: ${JSON.stringify(cache.cacheDir)}, name: "tool", inputs: {}, progress() {},
        async build(folder) {
          await writeFile(folder + "/half", "");
          console.log("building");
          await new Promise(() => setInterval(() => undefined, 1000));
        },
      });`;
    await using builder = startProgram(["--input-type=module", "--eval", program]);
    await builder.line(/^building$/);
    builder.child.kill("SIGKILL");
    await builder.ended;
    expect(await readdir(cache.cacheDir)).toHaveLength(1);

    const folder = await cached({
      ...{ ...cache, name: "tool", inputs: {}, progress },
      build: (unfinished) => mkdir(join(unfinished, "whole")),
    });
    expect(await readdir(folder)).toEqual(["whole"]);
    expect(await readdir(cache.cacheDir)).toHaveLength(1);
  });
});

describe("a lock", () => {
  it("is waited for while another process holds it, and freed when that is killed", async () => {
    const name = `pystol-test-${process.pid}-${performance.now()}`;
    const program = `
      import { acquireLock } from ${JSON.stringify(join(CLUSTER, "lock.ts"))};
      await acquireLock(${JSON.stringify(name)}, () => undefined);
      console.log("held");
      setInterval(() => undefined, 1000);`;
    await using holder = startProgram(["--input-type=module", "--eval", program]);
    await holder.line(/^held$/);

    let isOurs = false;
    const waiting = Promise.withResolvers<void>();
    const lock = acquireLock(name, waiting.resolve).then((acquired) => {
      isOurs = true;
      return acquired;
    });
    await waiting.promise;
    expect(isOurs).toBe(false);
    holder.child.kill("SIGKILL");
    await using _held = await lock;
    expect(isOurs).toBe(true);
  });
});
