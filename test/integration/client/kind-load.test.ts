import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { create } from "tar";
import { beforeEach, describe, expect, test } from "vitest";
import { imagesInArchive } from "../../../client/kind/archive-images.ts";
import { type Engine, findEngine } from "../../../client/kind/engine.ts";
import { engineImageProblems, saveImage } from "../../../client/kind/engine-images.ts";
import { type LoadOptions, loadImages } from "../../../client/kind/load.ts";
import { fakeKind } from "../../support/fake-kind.ts";
import { fakeEngine } from "../../support/fake-kind-engine.ts";

const execute = promisify(execFile);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "pystol-load-"));
  return () => rm(directory, { recursive: true, force: true });
});

/** An archive with these files. */
async function archive(name: string, files: Record<string, unknown>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(directory, file), JSON.stringify(content));
  }
  const file = join(directory, name);
  await create({ file, cwd: directory, gzip: name.endsWith("gz") }, Object.keys(files));
  return file;
}

const NODES = { kind: "docker" as const, onNodes: "docker.io/library/shop:1\n" };

/** Loads into a cluster whose two nodes say that they have `onNodes`. */
async function loading(
  options: Partial<LoadOptions>,
  engineOptions: { kind?: Engine["kind"]; onNodes?: string; answers?: Record<string, string> } = {},
) {
  const { kind = NODES.kind, onNodes = NODES.onNodes, answers = {} } = engineOptions;
  const program = await fakeKind({
    directory,
    kubeconfig: "",
    nodes: ["ci-control-plane", "ci-worker", "ci-external-load-balancer"],
  });
  const info = JSON.stringify(
    kind === "podman" ? { host: { arch: "amd64" } } : { Architecture: "x86_64" },
  );
  const engine = await fakeEngine({
    directory,
    name: kind,
    answers: {
      "info --format": info,
      "image inspect": "amd64",
      "save --help": "--platform string",
      "version --format": "1.50",
      "exec ci-control-plane": onNodes,
      "exec ci-worker": onNodes,
      ...answers,
    },
    failures: { "image inspect --format {{.Architecture}} gone": "no such image" },
  });
  const warnings: string[] = [];
  const temp = join(directory, "temp");
  await mkdir(temp);
  const error = await loadImages({
    program: { path: program.path, environment: {} },
    engine: { kind, path: engine.path, environment: {} },
    name: "ci",
    images: [],
    archives: [],
    temp,
    progress: () => undefined,
    warn: (line) => warnings.push(line),
    ...options,
  }).then(
    () => undefined,
    (failure: Error) => failure,
  );
  expect(await readdir(temp)).toEqual([]);
  return { error, warnings, kind: await program.calls(), engine: await engine.calls() };
}

const shop = (name = "shop:1") => archive("shop.tar", { "manifest.json": [{ RepoTags: [name] }] });

describe("an image of the engine", () => {
  test("is saved for one platform, loaded, and looked for on every node that runs pods", async () => {
    const answers = { "save --platform": `copy ${await shop()}` };
    const { error, engine, kind } = await loading({ images: ["shop:1"] }, { answers });
    expect(error).toBeUndefined();
    expect(engine.find((call) => call.startsWith("save --platform"))).toMatch(
      /^save --platform linux\/amd64 --output \S+ shop:1$/,
    );
    expect(kind.some((call) => call.startsWith("load image-archive"))).toBe(true);
    expect(
      engine.filter((call) => call.startsWith("exec")).map((call) => call.split(" ")[1]),
    ).toEqual(["ci-control-plane", "ci-worker"]);
  });

  test("is saved without the flag by a Docker whose daemon does not know it", async () => {
    const answers = { "save --output": `copy ${await shop()}`, "version --format": "1.47" };
    const { error, engine } = await loading({ images: ["shop:1"] }, { answers });
    expect(error).toBeUndefined();
    expect(engine.some((call) => call.startsWith("save --output"))).toBe(true);
  });

  test("that Podman calls localhost/ gets the name that pods mean by it, on every node", async () => {
    const answers = { "save --format": `copy ${await shop("localhost/shop:1")}` };
    const { error, engine } = await loading(
      { images: ["shop:1"] },
      { kind: "podman", answers, onNodes: "localhost/shop:1" },
    );
    expect(error).toBeUndefined();
    expect(engine.filter((call) => call.includes("images tag"))).toEqual(
      ["ci-control-plane", "ci-worker"].map(
        (node) =>
          `exec ${node} ctr --namespace k8s.io images tag --force localhost/shop:1 docker.io/library/shop:1`,
      ),
    );
  });

  test("that a node does not have afterwards is an error that names both", async () => {
    const answers = { "save --platform": `copy ${await shop()}`, "exec ci-worker": "other" };
    const { error } = await loading({ images: ["shop:1"] }, { answers });
    expect(error?.message).toContain("the node ci-worker does not have docker.io/library/shop:1");
    expect(error?.message).not.toContain("ci-control-plane");
  });

  test("that is not there, or has no name to carry, is an error before anything is loaded, with the nearest", async () => {
    const { error, kind } = await loading(
      { images: ["gone", "shop@sha256:12", "--help", "shop:1"], archives: ["/none.tar"] },
      { answers: { images: "gony:latest\n<none>:<none>\ngone2:latest" } },
    );
    expect(error?.message.split("\n").slice(1)).toEqual([
      expect.stringMatching(/has no image gone\. .*pull gone$/),
      expect.stringMatching(/"shop@sha256:12" has a digest, .*tag shop@sha256:12 NAME:TAG/),
      expect.stringMatching(/"--help" is no name of an image/),
      expect.stringMatching(/The image archive \/none\.tar cannot be read: .*ENOENT/),
    ]);
    expect(kind).toEqual([]);
  });

  test("with the tag latest is warned of, since Kubernetes would pull it", async () => {
    const answers = { "save --platform": `copy ${await shop("shop:latest")}` };
    const { warnings } = await loading(
      { images: ["shop"] },
      { answers, onNodes: "docker.io/library/shop:latest" },
    );
    expect(warnings.join()).toMatch(/docker.io\/library\/shop:latest has the tag latest/);
  });

  test("for another architecture is warned of", async () => {
    const answers = { "save --platform": `copy ${await shop()}`, "image inspect": "arm64" };
    const { warnings } = await loading({ images: ["shop:1"] }, { answers });
    expect(warnings.join()).toContain("The image shop:1 is for arm64, and the nodes are amd64");
  });
});

describe("an archive", () => {
  test("is looked for on the nodes by the names in it", async () => {
    const { error } = await loading({ archives: [await shop("example/other:2")] });
    expect(error?.message).toContain("ci-worker does not have docker.io/example/other:2");
  });

  test("that loads is no error", async () => {
    expect((await loading({ archives: [await shop()] })).error).toBeUndefined();
  });
});

describe("the names in an archive", () => {
  const annotated = (annotations: object) => ({ manifests: [{ annotations }] });
  test.each([
    [
      "of docker save",
      { "manifest.json": [{ RepoTags: ["a:1", "ghcr.io/b/c:2"] }] },
      ["docker.io/library/a:1", "ghcr.io/b/c:2"],
    ],
    [
      "of an OCI layout",
      {
        "oci-layout": {},
        "index.json": annotated({
          "io.containerd.image.name": "docker.io/library/a:1",
          "org.opencontainers.image.ref.name": "1",
        }),
      },
      ["docker.io/library/a:1"],
    ],
    [
      "of podman save as OCI",
      {
        "oci-layout": {},
        "index.json": annotated({ "org.opencontainers.image.ref.name": "localhost/a:1" }),
      },
      ["localhost/a:1"],
    ],
    [
      "of both, where the index has only a tag",
      {
        "oci-layout": {},
        "index.json": annotated({ "org.opencontainers.image.ref.name": "1" }),
        "manifest.json": [{ RepoTags: ["a:1"] }],
      },
      ["docker.io/library/a:1"],
    ],
  ])("%s", async (_what, files, names) => {
    expect(await imagesInArchive(await archive("a.tar", files))).toEqual(names);
    expect(await imagesInArchive(await archive("a.tar.gz", files))).toEqual(names);
  });

  test.each([
    ["names no image", { "manifest.json": [{ RepoTags: null }] }, /names no image/],
    ["is no image archive", { "package.json": {} }, /is no image archive/],
  ])("are an error where it %s", async (_what, files, message) => {
    await expect(imagesInArchive(await archive("a.tar", files))).rejects.toThrow(message);
  });

  test("are an error where it is no tar at all", async () => {
    const file = join(directory, "text.tar");
    await writeFile(file, "hello ".repeat(500));
    await expect(imagesInArchive(file)).rejects.toThrow(/text\.tar (cannot be read|is no image)/);
  });
});

const found = await findEngine({ provider: "auto", environment: process.env }).catch(
  () => undefined,
);

describe.skipIf(found === undefined)(
  "this machine's own engine (skipped where none answers)",
  () => {
    const engine = found as Engine;
    const call = (...args: string[]) => execute(engine.path, args, { env: engine.environment });

    test("saves an image for two platforms as one for its own, under its name", async () => {
      const name = `pystol-test-${process.pid}:1`;
      const context = join(directory, "context");
      await mkdir(context);
      await writeFile(join(context, "Dockerfile"), "FROM scratch\nCOPY file /file\n");
      await writeFile(join(context, "file"), name);
      const label = `org.pystol.test=${process.pid}`;
      await using _made = {
        [Symbol.asyncDispose]: async () => {
          await call(...(engine.kind === "podman" ? ["manifest", "rm"] : ["rmi"]), name);
          await call("image", "prune", "--force", "--filter", `label=${label}`);
        },
      };
      if (engine.kind === "podman") {
        const platforms = ["--platform", "linux/amd64,linux/arm64", "--manifest", name];
        await call("build", "--no-cache", "--quiet", "--label", label, ...platforms, context);
      } else await call("build", "--quiet", "--label", label, "--tag", name, context);
      expect(await engineImageProblems(engine, [name])).toEqual({ errors: [], warnings: [] });
      const file = join(directory, "saved.tar");
      const saved = await saveImage({ engine, reference: name, file });
      expect(saved).toMatch(new RegExp(`^(localhost|docker.io/library)/${name}$`));
      expect(await imagesInArchive(file)).toEqual([saved]);
    });

    test("says of an image that it does not have what to do", async () => {
      const { errors } = await engineImageProblems(engine, ["pystol-test-none:1"]);
      expect(errors).toEqual([expect.stringMatching(/has no image pystol-test-none:1\. .*build/)]);
    });
  },
);
