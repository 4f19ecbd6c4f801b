import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { between, countsIn } from "../../bench/api-requests.ts";
import { cpuSecondsIn, memoryIn } from "../../bench/process-figures.ts";

describe("cpuSecondsIn", () => {
  it("adds user and system time, whatever the program is called", () => {
    const stat = "42 (a) b (c)) S 1 42 42 0 -1 4194560 100 0 0 0 150 25 0 0 20 0 11 0 100 0 0";
    expect(cpuSecondsIn(stat)).toBe(1.75);
  });

  it("agrees with what Node.js says of this process", () => {
    const { user, system } = process.cpuUsage();
    const ticks = cpuSecondsIn(readFileSync("/proc/self/stat", "utf8"));
    expect(Math.abs(ticks - (user + system) / 1e6)).toBeLessThan(0.5);
  });
});

describe("memoryIn", () => {
  it("reads resident, highest and anonymous memory in units of 10^6 bytes", () => {
    const status = "Name:\tnode\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\nRssAnon:\t     500 kB\n";
    expect(memoryIn(status)).toEqual({ residentMb: 1.024, highestMb: 2.048, anonymousMb: 0.512 });
  });

  it("says what is missing", () => {
    expect(() => memoryIn("VmHWM:\t1 kB\nRssAnon:\t1 kB\n")).toThrow("VmRSS");
  });
});

describe("countsIn", () => {
  const name = "apiserver_flowcontrol_dispatched_requests_total";
  const metrics = [
    `# TYPE ${name} counter`,
    `${name}{flow_schema="pystol-bench-create",priority_level="workload-low"} 2000`,
    `${name}{flow_schema="pystol-bench-patch",priority_level="workload-low"} 1e+03`,
    `${name}{flow_schema="pystol-bench-list",priority_level="workload-low"} 4`,
    `${name}{flow_schema="system-nodes",priority_level="system"} 77`,
    `other_total{flow_schema="pystol-bench-get"} 5`,
  ].join("\n");

  it("takes the account's requests alone, by verb", () => {
    const none = { get: 0, watch: 0, update: 0, delete: 0 };
    expect(countsIn(metrics)).toEqual({ ...none, create: 2000, patch: 1000, list: 4 });
  });

  it("tells what was asked since", () => {
    const after = metrics.replace("2000", "2010");
    const since = between(countsIn(metrics), countsIn(after));
    expect(since).toEqual({ ...countsIn(""), create: 10 });
  });
});
