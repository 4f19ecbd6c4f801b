import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheDirOf } from "../../cluster/cache.ts";
import { goTool } from "../../cluster/go-tool.ts";

describe("the cache's folder", () => {
  it.each([
    [{ XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/pystol"],
    [{ XDG_CACHE_HOME: "relative" }, join(homedir(), ".cache", "pystol")],
    [{ XDG_CACHE_HOME: "" }, join(homedir(), ".cache", "pystol")],
    [{}, join(homedir(), ".cache", "pystol")],
  ])("%j: %s", (env, expected) => {
    expect(cacheDirOf(env)).toBe(expected);
  });
});

describe("a tool from a Go module", () => {
  it.each(["latest", "main", "1.2.3"])(
    "is not taken at %j, which is no exact version",
    async (version) => {
      const where = { cacheDir: "/nonexistent", progress: () => undefined };
      await expect(goTool("example.org/tool", version, "tool", where)).rejects.toThrow(
        `The version of example.org/tool is "${version}"`,
      );
    },
  );
});
