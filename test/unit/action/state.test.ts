import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { StateFile } from "../../../action/state.ts";

let temp: string;
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), "pystol-state-"));
  return () => rm(temp, { recursive: true, force: true });
});

const madeCluster = { name: "ci", kubeconfig: "/tmp/k", kindPath: "kind", engine: {} };

test("what one step writes down the next one finds, at every moment", async () => {
  const state = StateFile.create(temp);
  expect(StateFile.open(state.path).get().madeCluster).toBeUndefined();
  state.change({ madeCluster });
  expect(StateFile.open(state.path).get()).toMatchObject({ madeCluster, hasEnded: false });
  state.change({ madeCluster: undefined, hasEnded: true });
  expect(StateFile.open(state.path).get()).toEqual({
    ...{ kubeconfigs: [], roles: [], underway: [], runs: [], runsBegun: 0 },
    ...{ hasFailed: false, hasEnded: true, isDiagnosed: false },
  });
  expect(await readdir(temp)).toHaveLength(1);
});

test("a state that is not there, or is none, is an error that says who makes it", async () => {
  const path = join(temp, "none.json");
  expect(() => StateFile.open(path)).toThrow(/cannot be read from .*none\.json.*action\/setup/);
  await writeFile(path, "{");
  expect(() => StateFile.open(path)).toThrow(/cannot be read from/);
});

test("nothing of it is left when it is removed, and others cannot read it", async () => {
  const state = StateFile.create(temp);
  expect(JSON.parse(await readFile(state.path, "utf8"))).toMatchObject({ runs: [] });
  state.remove();
  expect(await readdir(temp)).toEqual([]);
});
