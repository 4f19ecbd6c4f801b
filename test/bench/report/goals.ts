import type { CompetitorName } from "../competitors/all.ts";
import type { Results } from "../results.ts";
import { quantile } from "../statistics.ts";
import { atLeast, atMost, type Goal, highest } from "./goal.ts";
import { kindGoals } from "./kind-goals.ts";

/** Judges what was measured; a figure that was not measured has no row. */
export function goalsOf(results: Results): Goal[] {
  return [...burstGoals(results), ...restartGoals(results), ...kindGoals(results.kind)];
}

function burstGoals({ bursts, leaders, actions }: Results): Goal[] {
  const pairs = (other: CompetitorName, figure: (sample: Results["bursts"][number]) => number) =>
    bursts.flatMap((sample) => {
      const under = bursts.find((one) => one.competitor === other && one.round === sample.round);
      return sample.competitor === "ours" && under
        ? [[figure(sample), figure(under)] as const]
        : [];
    });
  const speed = ({ burst }: Results["bursts"][number]) => burst.actionsPerSecond;
  const p99 = ({ burst }: Results["bursts"][number]) => quantile(burst.latenciesMs, 0.99);
  const cpu = ({ burst }: Results["bursts"][number]) => burst.process?.cpuSeconds ?? Number.NaN;
  const ours = bursts.filter(({ competitor }) => competitor === "ours");
  const reads = ours.map(({ burst }) => burst.requests.get + burst.requests.list);
  return [
    ...atLeast(`burst of ${actions}, throughput / client-go's`, pairs("client-go", speed), 0.95),
    ...atLeast(`burst of ${actions}, throughput / the raw ceiling`, pairs("ceiling", speed), 0.9),
    ...atMost(`p99 latency in that burst / client-go's`, pairs("client-go", p99), 1),
    ...atMost(`CPU seconds for the burst / client-go's`, pairs("client-go", cpu), 1.2),
    ...highest("reads in that burst, relists of watches apart", reads, { limit: 0, unit: "" }),
    ...(["SIGTERM", "SIGKILL"] as const).flatMap((signal) =>
      highest(
        `leader change after ${signal}`,
        leaders.filter((one) => one.signal === signal).map(({ ms }) => ms / 1000),
        { limit: signal === "SIGTERM" ? 3 : 16.5, unit: " s" },
      ),
    ),
  ];
}

function restartGoals({ restarts }: Results): Goal[] {
  type Sample = Results["restarts"][number];
  const most = Math.max(0, ...restarts.map(({ finished }) => finished));
  const find = (competitor: CompetitorName, finished: number, round: number) =>
    restarts.find(
      (one) => one.competitor === competitor && one.finished === finished && one.round === round,
    );
  const againstGo = (finished: number, figure: (sample: Sample) => number) =>
    restarts.flatMap((sample) => {
      if (sample.competitor !== "ours" || sample.finished !== finished) return [];
      const under = find("client-go", finished, sample.round);
      return under ? [[figure(sample), figure(under)] as const] : [];
    });
  const againstNone = (figure: (sample: Sample) => number) =>
    restarts.flatMap((sample) => {
      if (sample.competitor !== "ours" || sample.finished !== most || most === 0) return [];
      const under = find("ours", 0, sample.round);
      return under ? [[figure(sample), figure(under)] as const] : [];
    });
  const resident = ({ idle }: Sample) => idle.residentMb;
  const start = ({ firstJobMs }: Sample) => firstJobMs;
  const many = most.toLocaleString("en");
  return [
    ...atMost("resident memory, idle / client-go's", againstGo(0, resident), 2),
    ...atMost(`resident memory, ${many} finished actions / none`, againstNone(resident), 1.05),
    ...atMost("restart to first new Job / client-go's", againstGo(0, start), 1),
    ...(most > 0
      ? atMost(`restart with ${many} finished / client-go's`, againstGo(most, start), 1)
      : []),
    ...atMost(`restart, ${many} finished actions / none`, againstNone(start), 1.05),
  ];
}
