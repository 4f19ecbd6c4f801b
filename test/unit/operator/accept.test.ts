import { describe, expect, test } from "vitest";
import type { PystolRole } from "../../../kubernetes/resources.ts";
import { refusals } from "../../../operator/accept.ts";
import { action, role, settings, world } from "./worlds.ts";

const { namespace } = world();
const noNamespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
const withRole = (change: Partial<PystolRole["spec"]>): PystolRole => ({
  ...role,
  spec: { ...role.spec, ...change },
});

describe("an action", () => {
  test("may run where nothing speaks against it", () => {
    expect(refusals(action(), role, namespace, settings)).toEqual([]);
  });

  test("is refused with every reason at once", () => {
    const wrong = action({ spec: { target: undefined, extraVars: { a: 1 } } });
    const off = { ...settings, nodeFaults: false };
    const reasons = refusals(wrong, withRole({ nodeAccess: true }), noNamespace, off);
    for (const what of [
      /not enabled/,
      /spec\.target is missing/,
      /helper pods on nodes/,
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
      expect(refusals(there, role, labelled, settings).join()).toMatch(/the cluster's own/);
    },
  );

  test("takes no target for a role that acts on nothing", () => {
    const { actsOn: _, ...spec } = role.spec;
    expect(refusals(action(), { ...role, spec }, namespace, settings).join()).toMatch(
      /acts on no resource/,
    );
  });

  test("is refused where the role's own schema is none", () => {
    const broken = withRole({ arguments: { type: "no such type" } });
    expect(refusals(action(), broken, namespace, settings).join()).toMatch(/no JSON Schema/);
  });

  test("is refused for its size alone where it is too large to be looked at", () => {
    const large = action({ spec: { extraVars: { text: "x".repeat(70_000) } } });
    expect(refusals(large, role, namespace, settings)).toEqual([
      expect.stringMatching(/at most 65536/),
    ]);
  });

  test("is refused where its role needs helper pods and node faults are switched off", () => {
    const onNodes = withRole({ nodeAccess: true, undoable: true, phased: true });
    expect(refusals(action(), onNodes, namespace, settings)).toEqual([]);
    const switchedOff = { ...settings, nodeFaults: false };
    expect(refusals(action(), onNodes, namespace, switchedOff).join()).toMatch(
      /PYSTOL_NODE_FAULTS=true/,
    );
  });

  test("may leave to Secrets what its role requires, and nothing else", () => {
    const schema = {
      type: "object",
      required: ["token"],
      properties: { token: { type: "string" } },
    };
    const strict = withRole({ arguments: schema });
    expect(refusals(action(), strict, namespace, settings).join()).toMatch(/token is required/);
    const extraVarsFrom = [{ secretRef: { name: "tokens", optional: false } }];
    expect(refusals(action({ spec: { extraVarsFrom } }), strict, namespace, settings)).toEqual([]);
    const wrong = action({ spec: { extraVarsFrom, extraVars: { token: 1 } } });
    expect(refusals(wrong, strict, namespace, settings).join()).toMatch(/must be string/);
  });
});
