import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../../../operator/metrics/metrics.ts";
import { metricsObserver } from "../../../../operator/metrics/observer.ts";
import { countRequests } from "../../../../operator/metrics/requests.ts";
import { WorkInProgress } from "../../../../operator/metrics/work-in-progress.ts";

const FOLDER = join(import.meta.dirname, "../../../../operator/manifests/observability");
const OURS =
  /\b(?:pystol|controller_runtime|workqueue|rest_client|leader_election|nodejs|process)_[a-z0-9_]+\b/g;

interface Dashboard {
  panels: { id: number; title: string; gridPos: Area; targets?: { expr: string }[] }[];
}
interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

let dashboard: Dashboard;
let rules: { groups: { rules: { alert: string; expr: string }[] }[] };
let served: Set<string>;
beforeAll(async () => {
  dashboard = JSON.parse(await readFile(join(FOLDER, "dashboard.json"), "utf8"));
  rules = parse(await readFile(join(FOLDER, "rules.yaml"), "utf8"));
  served = await namesServed();
});

/** The series' names that the operator's answer declares. */
async function namesServed(): Promise<Set<string>> {
  const metrics = createMetrics();
  metricsObserver(metrics, new WorkInProgress(() => 0));
  countRequests(metrics, "host")({ method: "GET", path: "/", code: 200, seconds: 1 });
  const text = await metrics.registry.metrics();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : name,
  );
  return new Set(names);
}

const namesIn = (expressions: readonly string[]) =>
  new Set(expressions.flatMap((expression) => expression.match(OURS) ?? []));

describe("the dashboard", () => {
  test("shows only what the operator serves", () => {
    const shown = namesIn(
      dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr),
    );
    expect(shown.size).toBeGreaterThan(20);
    expect([...shown].filter((name) => !served.has(name))).toEqual([]);
  });

  test("shows everything of ours that the operator serves", () => {
    const text = JSON.stringify(dashboard);
    const ours = [...served].filter((name) => /^(pystol|controller_|workqueue|leader)/.test(name));
    const families = new Set(ours.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
    expect([...families].filter((name) => !text.includes(name))).toEqual([]);
  });

  test("has panels with different names and numbers that do not cover each other", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const [index, { gridPos: a, title }] of panels.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const { gridPos: b, title: other } of panels.slice(index + 1)) {
        const areApart =
          a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(areApart, `${title} and ${other}`).toBe(true);
      }
    }
  });
});

describe("the alerts", () => {
  const alerts = () => rules.groups.flatMap((group) => group.rules);

  test("ask only for what the operator serves", () => {
    for (const { alert, expr } of alerts()) {
      const names = [...namesIn([expr])];
      expect(names.length, alert).toBeGreaterThan(0);
      expect(names.filter((name) => !served.has(name))).toEqual([]);
    }
  });

  test("each have a case in their test", async () => {
    const cases = await readFile(join(FOLDER, "rules.test.yaml"), "utf8");
    expect(alerts().filter(({ alert }) => !cases.includes(alert))).toEqual([]);
  });
});
