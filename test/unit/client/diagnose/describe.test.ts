import { describe, expect, test } from "vitest";
import { cleaned } from "../../../../client/diagnose/clean.ts";
import { describePod, isHealthy, troubleOf } from "../../../../client/diagnose/describe.ts";
import { findingsOf, indexText } from "../../../../client/diagnose/findings.ts";
import type { ContainerStatus, Event, Pod } from "../../../../client/diagnose/types.ts";

const container = (changes: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: "app",
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
  ...changes,
});

const podOf = (status: Pod["status"], metadata = {}): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-1", namespace: "shop", uid: "u1", ...metadata },
  spec: { nodeName: "node-1", containers: [{ name: "app" }] },
  ...(status ? { status } : {}),
});

const crashing = podOf({
  phase: "Running",
  conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady" }],
  containerStatuses: [
    container({
      ready: false,
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
      lastState: {
        terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: "2026-01-01T00:00:09Z" },
      },
    }),
  ],
});

const event = (changes: Partial<Event> = {}): Event => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", namespace: "shop" },
  type: "Warning",
  reason: "BackOff",
  message: "Back-off\nrestarting",
  lastTimestamp: "2026-01-01T00:00:10Z",
  count: 3,
  involvedObject: { kind: "Pod", name: "web-1", uid: "u1" },
  ...changes,
});

describe("a pod", () => {
  test.each([
    ["runs and is ready", podOf({ phase: "Running", containerStatuses: [container()] }), true],
    ["has succeeded", podOf({ phase: "Succeeded" }), true],
    ["has no status yet", podOf(undefined), false],
    ["waits to be scheduled", podOf({ phase: "Pending" }), false],
    ["has failed", podOf({ phase: "Failed" }), false],
    [
      "is not ready",
      podOf({ phase: "Running", containerStatuses: [container({ ready: false })] }),
      false,
    ],
    [
      "was started again and again",
      podOf({ phase: "Running", containerStatuses: [container({ restartCount: 3 })] }),
      false,
    ],
    [
      "is being deleted",
      podOf({ phase: "Running" }, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      false,
    ],
  ])("that %s", (_name, pod, healthy) => {
    expect(isHealthy(pod)).toBe(healthy);
  });

  test("that is not healthy is described with its containers' last end and its own events, the oldest first", () => {
    const events = [
      event(),
      event({
        lastTimestamp: null,
        eventTime: "2026-01-01T00:00:05.000000Z",
        reason: "Pulled",
        count: 1,
      }),
      event({ involvedObject: { uid: "other" }, reason: "Foreign" }),
    ];
    expect(describePod(crashing, events)).toMatchInlineSnapshot(`
      "Pod shop/web-1 is Running: app waits: CrashLoopBackOff (back-off 40s), 4 restarts, before that ended with 137 at 2026-01-01T00:00:09Z: OOMKilled
      Node: node-1
      Created: unknown

      Conditions:
        Ready=False ContainersNotReady

      Containers:
        app waits: CrashLoopBackOff (back-off 40s), 4 restarts, before that ended with 137 at 2026-01-01T00:00:09Z: OOMKilled

      Events:
        2026-01-01T00:00:05.000000Z Warning Pulled Pod/web-1: Back-off restarting
        2026-01-01T00:00:10Z Warning BackOff Pod/web-1 (x3): Back-off restarting
      "
    `);
  });

  test("with several broken containers says what each does", () => {
    const waits = { waiting: { reason: "ImagePullBackOff" } };
    const containerStatuses = [
      container({ restartCount: 4 }),
      container({ name: "ok" }),
      container({ name: "side", ready: false, state: waits }),
    ];
    expect(troubleOf(podOf({ phase: "Pending", containerStatuses }))).toBe(
      "is Pending: app runs since 2026-01-01T00:00:00Z, 4 restarts; side waits: ImagePullBackOff, 0 restarts",
    );
  });

  test("that is not scheduled says why", () => {
    const conditions = [{ type: "PodScheduled", status: "False", message: "0/1 nodes available" }];
    expect(troubleOf(podOf({ phase: "Pending", conditions }))).toBe(
      "is not scheduled: 0/1 nodes available",
    );
  });
});

describe("the index", () => {
  const object = (kind: string, rest: object) =>
    ({ apiVersion: "v1", kind, metadata: { name: "x", namespace: "shop" }, ...rest }) as Pod;

  test("says first what looks wrong", () => {
    const objects = [
      object("Node", {
        status: { conditions: [{ type: "Ready", status: "False", message: "no CNI" }] },
      }),
      object("Node", { status: { conditions: [{ type: "Ready", status: "True" }] } }),
      object("PystolAction", { status: { verdict: "Failed", message: "lost" } }),
      object("PystolAction", { status: { verdict: "Passed" } }),
      object("Deployment", { spec: { replicas: 2 }, status: { availableReplicas: 1 } }),
      object("Deployment", { spec: { replicas: 2 }, status: { availableReplicas: 2 } }),
      object("Job", {
        status: { conditions: [{ type: "Failed", status: "True", message: "deadline" }] },
      }),
    ];
    const normal = event({ type: "Normal", reason: "Scheduled" });
    expect(findingsOf({ objects, pods: [crashing], events: [event(), normal] })).toEqual([
      "Node x is not ready: no CNI",
      "PystolAction shop/x: Failed: lost",
      "Deployment shop/x has 1 of 2 replicas: it has no condition Available yet",
      "Pod shop/web-1 is Running: app waits: CrashLoopBackOff (back-off 40s), 4 restarts, before that ended with 137 at 2026-01-01T00:00:09Z: OOMKilled",
      "Job shop/x failed: deadline",
      "Event in shop: 2026-01-01T00:00:10Z Warning BackOff Pod/web-1 (x3): Back-off restarting",
    ]);
  });

  test("names what could not be collected, and every file", () => {
    const text = indexText({
      findings: [],
      problems: ["pods of shop: refused"],
      files: [{ path: "a.log", bytes: 3 }],
    });
    expect(text).toMatch(/^What looks wrong:\n {2}nothing that Pystol knows of\n/);
    expect(text).toContain("What could not be collected:\n  pods of shop: refused\n");
    expect(text).toContain("Files, 1:\n  a.log (3 bytes)\n");
  });
});

describe("an object in diagnostics", () => {
  const text = (object: object, keepsData = false) =>
    JSON.stringify(
      cleaned(
        { apiVersion: "v1", kind: "X", metadata: { name: "x" }, ...object } as Pod,
        keepsData,
      ),
    );

  test.each([
    ["managed fields", { metadata: { name: "x", managedFields: [{ manager: "SECRET" }] } }],
    [
      "what kubectl applied",
      {
        metadata: {
          name: "x",
          annotations: { "kubectl.kubernetes.io/last-applied-configuration": "SECRET" },
        },
      },
    ],
    [
      "variables",
      { spec: { containers: [{ env: [{ name: "DB_PASSWORD_1", value: "SECRET" }] }] } },
    ],
    ["fields", { spec: { extraVars: { dbPassword: "SECRET" } } }],
    ["flags", { spec: { containers: [{ args: ["--token", "SECRET"] }] } }],
    ["a ConfigMap's data", { kind: "ConfigMap", data: { a: "SECRET" } }],
    ["a Secret's data", { kind: "Secret", data: { a: "SECRET" } }],
  ])("has lost %s", (_name, object) => {
    expect(JSON.stringify(object)).toContain("SECRET");
    expect(text(object)).not.toMatch(/SECRET|managedFields|last-applied/);
  });

  test("keeps all else", () => {
    const object = {
      spec: { env: [{ name: "LOG_LEVEL", value: "debug" }], args: ["--verbose", "x"] },
    };
    expect(text(object)).toContain(JSON.stringify(object.spec));
    expect(text({ kind: "ConfigMap", data: { a: "b" } }, true)).toContain('"a":"b"');
  });
});
