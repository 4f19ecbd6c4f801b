import { describe, expect, test } from "vitest";
import { secondsOf } from "../../../operator/duration.ts";
import { settingsFrom } from "../../../operator/settings.ts";

const image = { PYSTOL_RUNNER_IMAGE: "runner:1" };

describe("the operator's settings", () => {
  test("have defaults for all but the runner's image", () => {
    expect(settingsFrom(image)).toEqual({
      runnerImage: "runner:1",
      maxConcurrentActions: 100,
      maxConcurrentActionsPerNamespace: 0,
      keepSeconds: 600,
      recoverySeconds: 300,
      nodeFaults: false,
      workers: 32,
      healthPort: 8081,
      metricsPort: 8080,
      leaderElect: true,
      leaderLease: { namespace: "pystol-system", name: "pystol-operator" },
      logLevel: "info",
    });
  });

  test.each([
    ["PYSTOL_MAX_CONCURRENT_ACTIONS", "5000", { maxConcurrentActions: 5000 }],
    ["PYSTOL_MAX_CONCURRENT_ACTIONS_PER_NAMESPACE", "3", { maxConcurrentActionsPerNamespace: 3 }],
    ["PYSTOL_KEEP_SECONDS", "0", { keepSeconds: 0 }],
    ["PYSTOL_RECOVERY_SECONDS", "60", { recoverySeconds: 60 }],
    ["PYSTOL_NODE_FAULTS", "true", { nodeFaults: true }],
    ["PYSTOL_WORKERS", "1", { workers: 1 }],
    ["PYSTOL_METRICS_PORT", "0", { metricsPort: 0 }],
    ["PYSTOL_LEADER_ELECT", "false", { leaderElect: false }],
    ["PYSTOL_LOG_LEVEL", "debug", { logLevel: "debug" }],
  ])("take %s from the environment", (name, value, expected) => {
    expect(settingsFrom({ ...image, [name]: value })).toMatchObject(expected);
  });

  test.each([
    ["PYSTOL_MAX_CONCURRENT_ACTIONS", "0", "a whole number from 1 to 100000"],
    ["PYSTOL_KEEP_SECONDS", "-1", "a whole number from 0 to 604800"],
    ["PYSTOL_RECOVERY_SECONDS", "5m", "a whole number from 1 to 86400"],
    ["PYSTOL_NODE_FAULTS", "yes", "true or false"],
    ["PYSTOL_LEADER_ELECT", "", "true or false"],
    ["PYSTOL_METRICS_PORT", "65536", "a whole number from 0 to 65535"],
    ["PYSTOL_METRICS_PORT", "8081", "two ports"],
    ["PYSTOL_LEADER_LEASE_NAME", "Not A Name", "a Kubernetes name"],
    ["PYSTOL_RUNNER_IMAGE", "a b", "the runner image's reference"],
  ])("refuse %s with the value %j and say what was expected", (name, value, expected) => {
    expect(() => settingsFrom({ ...image, [name]: value })).toThrow(
      new RegExp(`${name}.*${value}.*expected ${expected}`),
    );
  });

  test("are refused with every problem at once", () => {
    const wrong = { PYSTOL_HEALTH_PORT: "http", PYSTOL_WORKERS: "0", PYSTOL_LOG_LEVEL: "loud" };
    for (const name of ["PYSTOL_RUNNER_IMAGE", ...Object.keys(wrong)]) {
      expect(() => settingsFrom(wrong)).toThrow(name);
    }
  });
});

describe("a duration", () => {
  test.each([
    ["90s", 90],
    ["1h30m", 5400],
    ["1m500ms", 61],
    ["100ms", 1],
    ["24h", 86_400],
  ])("of %s has %d seconds", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});
