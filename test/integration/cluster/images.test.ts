import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cacheDirOf } from "../../cluster/cache.ts";
import { run } from "../../cluster/command.ts";
import { type Engine, findEngine } from "../../cluster/engine.ts";
import { buildImage, imageId, removeTags, saveImages } from "../../cluster/images.ts";

const found = await findEngine(cacheDirOf(process.env));

describe("images, with the engine of this machine", () => {
  const engine = (found as { engine: Engine }).engine;
  const tools = { engine };
  const repository = `localhost/pystol-test/try-${process.pid}`;
  let folder: string;

  beforeEach(({ skip }) => {
    const failures = "failures" in found ? found.failures : undefined;
    skip(
      failures !== undefined,
      `no container engine answers: ${failures?.[0] ?? "none installed"}`,
    );
  });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pystol-images-"));
    await writeFile(
      join(folder, "Containerfile"),
      "FROM scratch\nARG WORD\nCOPY word /\nLABEL word=$WORD\n",
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function build(tag: string, word: string): Promise<string | undefined> {
    await writeFile(join(folder, "word"), word);
    const containerfile = join(folder, "Containerfile");
    await buildImage({ containerfile, context: folder, tag, buildArgs: { WORD: word }, tools });
    return imageId(tag, engine);
  }

  it("are built, labelled as ours, replaced without a trace, and at most three of a repository stay", async () => {
    const first = await build(`${repository}:a`, "one");
    const labels = await run(
      engine.path,
      ["image", "inspect", "--format", "{{json .Config.Labels}}", `${repository}:a`],
      { purpose: "Read the labels", env: engine.env },
    );
    expect(JSON.parse(labels.stdout)).toMatchObject({ "org.pystol.made-by": "test", word: "one" });

    expect(await build(`${repository}:a`, "two")).not.toBe(first);
    expect(await imageId(first ?? "", engine)).toBeUndefined();

    for (const tag of ["b", "c", "d"]) await build(`${repository}:${tag}`, tag);
    expect(await imageId(`${repository}:a`, engine)).toBeUndefined();
    expect(await imageId(`${repository}:b`, engine)).toBeDefined();

    const archive = join(folder, "images.tar");
    const tags = ["b", "c"].map((tag) => `${repository}:${tag}`);
    await saveImages({ tags, archive, tools });
    await saveImages({ tags, archive, tools });
    expect((await stat(archive)).size).toBeGreaterThan(0);
    const listed = await run(
      "tar",
      ["--extract", "--to-stdout", "--file", archive, "manifest.json"],
      {
        purpose: "Read the archive",
      },
    );
    const names = (JSON.parse(listed.stdout) as { RepoTags: string[] }[]).flatMap(
      (one) => one.RepoTags,
    );
    expect(names.sort()).toEqual(tags);

    await removeTags([...tags, `${repository}:d`], engine);
  }, 180_000);

  it("that cannot be built say why", async () => {
    const failing = buildImage({
      ...{ containerfile: join(folder, "none"), context: folder, tag: `${repository}:x`, tools },
    });
    await expect(failing).rejects.toThrow(`Build the image ${repository}:x failed with exit code`);
  });
});
