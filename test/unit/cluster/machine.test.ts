import { describe, expect, it } from "vitest";
import { containersConf, limitFlags, limitsOf } from "../../cluster/containers-conf.ts";
import { hasCapability } from "../../cluster/machine.ts";

const LIMITS = [
  "Limit                     Soft Limit           Hard Limit           Units     ",
  "Max processes             96365                96366                processes ",
  "Max open files            1024                 20000                files     ",
].join("\n");

describe("what this process may do", () => {
  it.each([
    ["all capabilities", "000001ffffffffff", true],
    ["all but the one asked for", "000001fffeffffff", false],
    ["that one alone", "0000000001000000", true],
  ])("tells a capability from the set of %s", (_what, set, has) => {
    expect(hasCapability(`Name:\tnode\nCapEff:\t${set}\nCapBnd:\t000001ffffffffff\n`, 24n)).toBe(
      has,
    );
  });

  it("reads hard limits, not soft ones", () => {
    expect(limitsOf(LIMITS, 4_194_304)).toEqual({ nofile: 20_000, nproc: 96_366 });
  });

  it("lets containers have no more processes than there are process IDs", () => {
    expect(limitsOf(LIMITS, 32_768).nproc).toBe(32_768);
  });

  it("leaves out what is unlimited", () => {
    const unlimited = LIMITS.replaceAll("20000", "unlimited");
    expect(limitFlags(limitsOf(unlimited, 32_768))).toEqual(["--ulimit", "nproc=32768:32768"]);
  });
});

describe("Podman's settings", () => {
  const limits = { nofile: 20_000, nproc: 32_768 };

  it("are the limits that this process has, and the runtime that works here", () => {
    expect(containersConf({ limits, runtime: "runc" })).toContain(
      [
        "[containers]",
        'default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]',
        "[engine]",
        'runtime = "runc"',
      ].join("\n"),
    );
  });

  it("leave the runtime to Podman where its own works", () => {
    expect(containersConf({ limits, runtime: undefined })).not.toContain("runtime");
  });
});
