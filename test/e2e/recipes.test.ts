import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { connect } from "../../client/connect.ts";
import { enableNamespace } from "../../client/enable.ts";
import type { Client } from "../../kubernetes/client.ts";
import { hasReason } from "../../kubernetes/errors.ts";
import { pystolActions, pystolRoles } from "../../kubernetes/resources.ts";
import { buildImages, type Images } from "../../scripts/images/build-images.ts";
import { cacheDirOf } from "../cluster/cache.ts";
import { goTool } from "../cluster/go-tool.ts";
import { ensureTools, type Tools } from "../cluster/tools.ts";
import { eventually } from "../support/pystol-control-plane.ts";
import { IS_FULL, sampled } from "../support/sample.ts";
import { adaptRecipe } from "./act/adapt-recipe.ts";
import { nodesOf } from "./act/leftovers.ts";
import { runWorkflow } from "./act/run-workflow.ts";
import { actWorkspace } from "./act/workspace.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const FOLDER = join(import.meta.dirname, "../../docs/recipes");
const NAMESPACE = "shop";

const recipes = (await readdir(FOLDER)).filter((name) => name.endsWith(".yml")).sort();
/** Recipes about the cluster that they make. */
const onOwnAlone = ["06-own-images.yml", "10-without-a-network.yml"];
/** Recipes about a cluster that is there. */
const onSharedAlone = ["02-given-cluster.yml"];
const onOwn = recipes.filter((name) => !onSharedAlone.includes(name));
const onShared = recipes.filter((name) => !onOwnAlone.includes(name));

describe.skipIf(started.skipReason)(`a recipe of the documentation${why}`, () => {
  let client: Client;
  let tools: Tools;
  let images: Images;
  let act: string;
  let folder: string;
  let repository: Awaited<ReturnType<typeof actWorkspace>>;
  const progress = (text: string) => console.log(`e2e: ${text}`);

  beforeAll(async () => {
    const where = { cacheDir: cacheDirOf(process.env), progress };
    tools = await ensureTools({ ...where, mayInstall: false });
    images = await buildImages({ tools, progress });
    act = await goTool("github.com/nektos/act", "v0.2.89", "act", where);
    repository = await actWorkspace(started.root, { "docs/recipes": FOLDER });
    // Recipes say docker; this machine may have podman, which takes the same arguments.
    folder = await mkdtemp(join(tmpdir(), "pystol-recipes-"));
    await mkdir(join(folder, "bin"));
    await symlink(tools.engine.path, join(folder, "bin/docker"));
    ({ client } = await connect({ kubeconfig: started.kubeconfig }));
    const { items } = await client.list(pystolRoles);
    const roles = items.map(({ metadata }) => metadata.name);
    await enableNamespace(client, { namespace: NAMESPACE, roles });
  }, 300_000);
  beforeEach(async () => {
    for (const action of (await client.list(pystolActions, { namespace: NAMESPACE })).items) {
      await client.delete(pystolActions, action.metadata);
      await eventually(async () => {
        const isGone = await client.get(pystolActions, action.metadata).then(
          () => false,
          (error) => hasReason(error, "NotFound"),
        );
        if (!isGone) throw new Error(`${action.metadata.name} is not gone yet`);
      }, 120_000);
    }
  }, 300_000);
  afterAll(async () => {
    await client?.close();
    await repository?.[Symbol.asyncDispose]();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function run(name: string, sharedCluster?: string) {
    const demo = `${process.execPath} ${join(started.root, "scripts/demo/main.ts")} --image ${images.operator}`;
    const here = {
      ...{ kind: tools.kind, nodeImage: tools.nodeImage ?? "", archive: images.archive },
      ...{ operatorImage: images.operator, runnerImage: images.runner, prepare: demo },
    };
    const text = adaptRecipe(await readFile(join(FOLDER, name), "utf8"), here, sharedCluster);
    const isMatrix = text.includes("matrix:") && !IS_FULL;
    return runWorkflow({
      ...{ act, repository: repository.directory, text },
      environment: tools.engine.env,
      args: [
        ...["--secret", "KUBECONFIG", "--secret", "GITHUB_TOKEN=none"],
        ...["--concurrent-jobs", "1", ...(isMatrix ? ["--matrix", "fault:kill-web"] : [])],
      ],
      variables: {
        KUBECONFIG: await readFile(started.kubeconfig, "utf8"),
        PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
      },
    });
  }

  test.each(onShared)("%s passes on a cluster that is there", async (name) => {
    await using end = await run(name, started.kubeconfig);
    expect(end.exitCode, end.output.slice(-8000)).toBe(0);
    expect(end.summary).toMatch(/Pystol: passed/);
  });

  test.each(sampled(onOwn, 1, (name) => name))(
    "%s passes on a cluster that it makes, which is gone afterwards",
    async (name) => {
      await using end = await run(name);
      expect(end.exitCode, end.output.slice(-8000)).toBe(0);
      expect(end.summary).toMatch(/Pystol: passed/);
      expect(await nodesOf(/^pystol-recipe-/, tools)).toEqual([]);
    },
  );
});
