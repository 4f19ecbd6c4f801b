import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ObjectMeta,
  pystolActions,
  pystolRuns,
  RUNS_NAMESPACE,
} from "../../../kubernetes/resources.ts";
import { jobs } from "../../../operator/workloads.ts";
import { burst, warmUp } from "../../bench/burst.ts";
import { type CompetitorName, prepare, type Start } from "../../bench/competitors/all.ts";
import { recordWrites } from "../../bench/record-writes.ts";
import { type BenchWorld, NAMESPACE, startBenchWorld } from "../../bench/world.ts";
import { cacheDirOf } from "../../cluster/cache.ts";

const COUNT = 20;
const OTHERS = ["client-go", "client-node", "kopf", "ceiling"] as const;
const MINUTES = 60_000;

let folder: string;
let writesFile: string;
let starts: ReadonlyMap<CompetitorName, Start>;
let made: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pystol-bench-test-"));
  writesFile = join(folder, "writes.json");
  const cacheDir = cacheDirOf(process.env);
  starts = await prepare(["ours", ...OTHERS], {
    ...{ cacheDir, writesFile, progress: () => undefined },
  });
  await using world = await startBenchWorld();
  const { writes, reads } = await recordWrites(world);
  expect(reads).toEqual([]);
  await writeFile(writesFile, JSON.stringify(writes));
  made = await objectsOf("ours");
}, 10 * MINUTES);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what is compared with the operator", () => {
  it("starts from as many actions, runs and Jobs of the operator", () => {
    expect(made).toHaveLength(3 * COUNT);
  });

  it.each(OTHERS)(
    "ends with the same objects: %s",
    async (name) => {
      expect(await objectsOf(name)).toEqual(made);
    },
    3 * MINUTES,
  );
});

/** What a burst leaves behind, without what differs by itself: names, UIDs, versions and times. */
async function objectsOf(name: CompetitorName): Promise<string[]> {
  await using world = await startBenchWorld();
  const start = starts.get(name);
  if (!start) await burst(world, { count: COUNT, inFlight: 8, writesFile });
  else {
    await using competitor = await start(world);
    await warmUp(world, competitor);
    await burst(world, { count: COUNT, inFlight: 8, writesFile, competitor });
  }
  return (await burstObjects(world)).sort();
}

async function burstObjects({ pystol: { client } }: BenchWorld): Promise<string[]> {
  const actions = await client.list(pystolActions, { namespace: NAMESPACE });
  const inBurst = actions.items.filter(({ metadata }) => metadata.name.startsWith("burst-"));
  const names = new Set(inBurst.map(({ metadata }) => `pa-${metadata.uid}`));
  const runs = await client.list(pystolRuns, { namespace: RUNS_NAMESPACE });
  const works = await client.list(jobs, { namespace: RUNS_NAMESPACE });
  const isOfBurst = ({ metadata }: { metadata: { name: string } }) => names.has(metadata.name);
  return [
    ...inBurst.map(({ spec, status }) => bare({ spec, status })),
    ...runs.items.filter(isOfBurst).map(({ metadata, spec }) => bare({ ...meta(metadata), spec })),
    ...works.items.filter(isOfBurst).map(({ metadata, spec }) => bare({ ...meta(metadata), spec })),
  ];
}

function meta({ labels, finalizers, ownerReferences }: ObjectMeta) {
  return { labels, finalizers, ownerReferences };
}

function bare(value: object): string {
  return JSON.stringify(value)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
    .replace(/burst-\d+/g, "NAME")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}
