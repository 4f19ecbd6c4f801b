import { COMPETITORS } from "../competitors/all.ts";
import type { Results } from "../results.ts";
import { type Estimate, estimateMean, quantile } from "../statistics.ts";

/** Means over the rounds with their intervals. */
export function burstTable({ bursts, actions }: Results): string[] {
  const rows = COMPETITORS.flatMap((name) => {
    const of = bursts.filter(({ competitor }) => competitor === name).map(({ burst }) => burst);
    if (of.length === 0) return [];
    const latency = (part: number) =>
      ranged(
        of.map(({ latenciesMs }) => quantile(latenciesMs, part) / 1000),
        2,
      );
    const processes = of.flatMap((burst) => burst.process ?? []);
    const requests = of.map(
      ({ requests: { create, patch, update } }) => (create + patch + update) / actions,
    );
    const reads = of.map(({ requests: { get, list } }) => get + list);
    return [
      [
        name,
        String(of.length),
        ranged(
          of.map(({ actionsPerSecond }) => actionsPerSecond),
          0,
        ),
        latency(0.5),
        latency(0.99),
        ranged(
          processes.map(({ cpuSeconds }) => cpuSeconds),
          2,
        ),
        ranged(
          processes.map(({ memory }) => memory.highestMb),
          0,
        ),
        ranged(requests, 2, false),
        ranged(reads, 0, false),
      ],
    ];
  });
  const head = "rounds,actions/s,p50 s,p99 s,CPU s,highest memory MB,writes an action,reads in all";
  return table(["", ...head.split(",")], rows);
}

export function restartTable({ restarts }: Results): string[] {
  const rows = (["ours", "client-go"] as const).flatMap((name) =>
    [...new Set(restarts.map(({ finished }) => finished))].flatMap((finished) => {
      const of = restarts.filter((one) => one.competitor === name && one.finished === finished);
      if (of.length === 0) return [];
      return [
        [
          name,
          finished.toLocaleString("en"),
          ranged(
            of.map(({ firstJobMs }) => firstJobMs / 1000),
            2,
          ),
          ranged(
            of.map(({ idle }) => idle.residentMb),
            0,
          ),
          ranged(
            of.map(({ idle }) => idle.anonymousMb),
            0,
          ),
        ],
      ];
    }),
  );
  const head = "finished actions,to first new Job s,resident MB,of it anonymous MB";
  return table(["", ...head.split(",")], rows);
}

/** The writes, in their order, and how many reads there were beside them. */
export function writesTable({ writes, reads }: Results): string[] {
  const rows = writes.map(({ method, resource, subresource, contentType }, index) => [
    String(index + 1),
    method,
    subresource ? `${resource}/${subresource}` : resource,
    contentType,
  ]);
  const wording = reads.length === 0 ? "Reads: none." : `Reads: ${reads.join(", ")}.`;
  return [...table(["", "method", "resource", "content type"], rows), "", wording];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** "1.02 ± 0.04" */
function ranged(values: readonly number[], digits: number, withInterval = true): string {
  if (values.length === 0) return "";
  const { value, upper }: Estimate = estimateMean(values);
  if (!withInterval || values.length === 1) return value.toFixed(digits);
  return `${value.toFixed(digits)} ± ${(upper - value).toFixed(digits)}`;
}
