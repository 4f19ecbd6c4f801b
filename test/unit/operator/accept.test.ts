import { describe, expect, test } from "vitest";
import type { PystolRole } from "../../../kubernetes/resources.ts";
import { refusals } from "../../../operator/accept.ts";
import { action, role, world } from "./worlds.ts";

const { namespace } = world();
const noNamespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
const withRole = (change: Partial<PystolRole["spec"]>): PystolRole => ({
  ...role,
  spec: { ...role.spec, ...change },
});

describe("an action", () => {
  test("may run where nothing speaks against it", () => {
    expect(refusals(action(), role, namespace)).toEqual([]);
  });

  test("is refused with every reason at once", () => {
    const wrong = action({ spec: { target: undefined, extraVars: { a: 1 }, extraVarsFrom: [] } });
    const reasons = refusals(wrong, withRole({ phased: true, nodeAccess: true }), noNamespace);
    for (const what of [
      /not enabled/,
      /spec\.target is missing/,
      /extraVarsFrom is not/,
      /phased/,
      /nodeAccess/,
      /extraVars\.a is not/,
    ]) {
      expect(reasons.join(" ")).toMatch(what);
    }
  });

  test.each(["kube-system", "kube-public", "kube-node-lease", "pystol-system", "pystol-runs"])(
    "never runs in %s, whatever its labels say",
    (name) => {
      const labelled = {
        ...noNamespace,
        metadata: { name, labels: { "pystol.org/enabled": "true" } },
      };
      const there = action({ metadata: { namespace: name } });
      expect(refusals(there, role, labelled).join()).toMatch(/the cluster's own/);
    },
  );

  test("takes no target for a role that acts on nothing", () => {
    const { actsOn: _, ...spec } = role.spec;
    expect(refusals(action(), { ...role, spec }, namespace).join()).toMatch(/acts on no resource/);
  });

  test("is refused where the role's own schema is none", () => {
    const broken = withRole({ arguments: { type: "no such type" } });
    expect(refusals(action(), broken, namespace).join()).toMatch(/no JSON Schema/);
  });

  test("is refused for its size alone where it is too large to be looked at", () => {
    const large = action({ spec: { extraVars: { text: "x".repeat(70_000) } } });
    expect(refusals(large, role, namespace)).toEqual([expect.stringMatching(/at most 65536/)]);
  });

  test.each([
    ["source", { source: { archive: { url: "https://example.org/a", sha256: "0".repeat(64) } } }],
    ["phased", { phased: true }],
    ["nodeAccess", { nodeAccess: true }],
    ["scope Cluster", { scope: "Cluster" as const }],
  ])("is refused where its role needs %s, which this version cannot do", (what, change) => {
    expect(refusals(action(), withRole(change), namespace).join()).toMatch(
      `spec.${what} of PystolRole "killpods" is not supported`,
    );
  });
});
