import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { enableNamespace } from "../../client/enable.ts";
import { bundleAction } from "./action-bundle.ts";
import {
  objectsOf,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "./pystol-control-plane.ts";

/** What the tests of one file have: all of it is there while a test runs. */
export interface ActionWorld {
  /** The folder of the bundled action. */
  readonly bundle: string;
  readonly world: PystolControlPlane;
  /** A folder for each test. */
  readonly workspace: string;
}

/** Bundles the action and starts a control plane with the namespace shop enabled, and these of our roles, for the tests of a file. */
export function actionWorld(roles: readonly string[] = []): ActionWorld {
  let bundle: Awaited<ReturnType<typeof bundleAction>>;
  let world: PystolControlPlane;
  let workspace: string;
  beforeAll(async () => {
    bundle = await bundleAction();
    world = await startPystolControlPlane();
    await enableNamespace(world.client, { namespace: "shop", roles: [] });
    for (const name of roles)
      for (const role of await objectsOf(`collection/pystolroles/${name}.yaml`))
        await world.client.apply(typeOf(role), role, { fieldManager: "test" });
  }, 300_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await bundle?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), "pystol-workspace-"));
    return () => rm(workspace, { recursive: true, force: true });
  });
  return {
    get bundle() {
      return bundle.directory;
    },
    get world() {
      return world;
    },
    get workspace() {
      return workspace;
    },
  };
}
