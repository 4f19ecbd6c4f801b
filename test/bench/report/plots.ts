import { COMPETITORS, type CompetitorName } from "../competitors/all.ts";
import type { BurstSample, Results } from "../results.ts";
import { barChart } from "./bar-chart.ts";
import { curveChart } from "./curve-chart.ts";

/** The plots of what was measured, by the name of their files. */
export function plotsOf({ bursts, restarts, actions }: Results): ReadonlyMap<string, string> {
  const many = actions.toLocaleString("en");
  const each = (figure: (sample: BurstSample) => number | undefined) =>
    COMPETITORS.map((label, color) => ({
      ...{ label, color },
      values: of(bursts, label).flatMap((sample) => figure(sample) ?? []),
    }));
  const most = Math.max(0, ...restarts.map(({ finished }) => finished));
  const plots = new Map<string, string>();
  if (bursts.length > 0) {
    plots.set(
      "throughput.svg",
      barChart({
        title: `Throughput in a burst of ${many} actions`,
        unit: "actions per second; more is better",
        bars: each(({ burst }) => burst.actionsPerSecond),
      }),
    );
    plots.set(
      "latency.svg",
      curveChart({
        title: `From creation to status in a burst of ${many}`,
        unit: "s; further left is better",
        curves: COMPETITORS.map((label, color) => ({
          ...{ label, color },
          values: of(bursts, label).flatMap(({ burst }) =>
            burst.latenciesMs.map((ms) => ms / 1000),
          ),
        })),
      }),
    );
    plots.set(
      "cpu.svg",
      barChart({
        title: `CPU time of the operator's process for ${many} actions`,
        unit: "s; less is better",
        bars: each(({ burst }) => burst.process?.cpuSeconds),
      }),
    );
  }
  if (restarts.length > 0) {
    plots.set(
      "memory.svg",
      barChart({
        title: "Resident memory of an idle operator",
        unit: "MB; less is better",
        bars: (["ours", "client-go"] as const).flatMap((label) =>
          [...new Set([0, most])].map((finished) => ({
            label: `${label}, ${finished.toLocaleString("en")}`,
            color: COMPETITORS.indexOf(label),
            values: restarts
              .filter((one) => one.competitor === label && one.finished === finished)
              .map(({ idle }) => idle.residentMb),
          })),
        ),
      }),
    );
  }
  return plots;
}

function of(bursts: readonly BurstSample[], name: CompetitorName): BurstSample[] {
  return bursts.filter(({ competitor }) => competitor === name);
}
