import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  pystolActions,
  pystolRuns,
  type Resource,
  type ResourceType,
  RUNS_NAMESPACE,
} from "../../kubernetes/resources.ts";
import { jobs, pods } from "../../operator/workloads.ts";
import { freePort } from "../../test/cluster/free-port.ts";
import { startApiProxy } from "../../test/support/api-proxy/api-proxy.ts";
import { startOperator } from "../../test/support/operator-process.ts";
import {
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "../../test/support/pystol-control-plane.ts";
import { writeSection } from "../test/report-section.ts";
import { type ChurnCounts, churn } from "./churn.ts";
import { FIXTURES } from "./fixtures.ts";
import { outcomeOf, soakText } from "./outcome.ts";
import { type Part, playPods } from "./played-pods.ts";
import { storm } from "./storm.ts";
import { type Vitals, vitalsOf } from "./vitals.ts";

// Plays actions against the operator for some time, through a network that is broken again and again, and says whether it
// holds more and more of anything: npm run soak -- --minutes 30
const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    "at-once": { type: "string", default: "8" },
    out: { type: "string", default: "out/soak" },
    document: { type: "string", default: "docs/reliability.md" },
  },
});
const minutes = Number(options.minutes);
const atOnce = Number(options["at-once"]);
if (!(minutes > 0) || !Number.isInteger(atOnce) || atOnce < 1) {
  console.error(
    `--minutes is "${options.minutes}" and --at-once is "${options["at-once"]}"; expected numbers above 0, for example --minutes 30 --at-once 8.`,
  );
  process.exit(2);
}
const SAMPLE_MS = 5_000;
const EMPTY_MS = 180_000;
const VITALS = join(import.meta.dirname, "../../test/support/preload/vitals.ts");

const isGood = await soak();
process.exitCode = isGood ? 0 : 1;

async function soak(): Promise<boolean> {
  await using own = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "pystol-soak-"));
  own.defer(() => rm(folder, { recursive: true, force: true }));
  const world = own.use(await startPystolControlPlane());
  for (const object of FIXTURES)
    await world.client.apply(typeOf(object), object, { fieldManager: "soak" });
  const proxy = own.use(await startApiProxy(world.controlPlane));
  const vitalsFile = join(folder, "vitals");
  const metricsPort = await freePort();
  const operator = own.use(
    await startOperator(world, {
      server: proxy.server,
      env: {
        NODE_OPTIONS: `--expose-gc --import=${VITALS}`,
        VITALS_FILE: vitalsFile,
        PYSTOL_KEEP_SECONDS: "2",
        PYSTOL_METRICS_PORT: String(metricsPort),
      },
    }),
  );
  const parts = new Map<string, Part>();
  own.use(await playPods(world, (uid) => parts.get(uid) ?? "never starts"));

  const counts: ChurnCounts = { actions: 0, verdicts: {}, problems: [] };
  const samples: Vitals[] = [];
  const end = new AbortController();
  const calm = new AbortController();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const sampling = (async () => {
    while (!end.signal.aborted) {
      samples.push(await vitalsOf(operator.pid, vitalsFile, seconds()));
      await delay(SAMPLE_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();
  const storming = storm(proxy, calm.signal);
  const churning = churn(world, {
    ...{ atOnce, parts, counts, random: Math.random, signal: end.signal },
  });
  await Promise.race([delay(minutes * 60_000), operator.ended, sampling, churning]);
  end.abort();
  calm.abort();
  const [gusts] = await Promise.all([storming, churning, sampling]);
  const left = await leftovers(world);
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

  const outcome = outcomeOf(
    {
      ...{ commit: commit(), date: new Date().toISOString().slice(0, 10), minutes },
      ...{ churn: counts, gusts, left, missed: counted(metrics, "pystol_watch_missed_total") },
      relists: counted(metrics, "pystol_relists_total"),
    },
    samples,
  );
  await mkdir(options.out, { recursive: true });
  const names = Object.keys(samples[0] ?? {}) as (keyof Vitals)[];
  const rows = samples.map((sample) => names.map((name) => sample[name]).join(","));
  await writeFile(join(options.out, "series.csv"), `${[names.join(","), ...rows].join("\n")}\n`);
  await writeFile(join(options.out, "outcome.json"), `${JSON.stringify(outcome, undefined, 2)}\n`);
  await writeFile(join(options.out, "operator-log.jsonl"), operator.log());
  await writeSection(options.document, "soak", soakText(outcome, { count: samples.length }));
  console.log(soakText(outcome, { count: samples.length }));
  return outcome.isGood;
}

/** What is still there of the churn, once the operator has had time to clear it away. */
async function leftovers({ client }: PystolControlPlane): Promise<string[]> {
  const leases: ResourceType = {
    ...{ apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true },
  };
  const deadline = performance.now() + EMPTY_MS;
  for (;;) {
    const found = await Promise.all([
      client.list(pystolActions, { namespace: "shop" }),
      ...[pystolRuns, jobs, pods, leases].map((type) =>
        client.list(type as ResourceType, { namespace: RUNS_NAMESPACE }),
      ),
    ]);
    const left = found.flatMap(({ items }) =>
      (items as Resource[]).map(({ metadata }) => metadata.name),
    );
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(500);
  }
}

/** A counter by its label resource: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function counted(metrics: string, counter: string): Record<string, number> {
  const found = metrics.matchAll(/^(\w+)\{[^}]*resource="([^"]+)"[^}]*\} (\S+)$/gm);
  const own = [...found].filter(([, name]) => name === counter);
  return Object.fromEntries(own.map(([, , resource, count]) => [resource, Number(count)]));
}

function commit(): string {
  return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { encoding: "utf8" }).trim();
}
