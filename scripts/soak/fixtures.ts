import type { Resource } from "../../kubernetes/resources.ts";

const roleNamed = (name: string, isUndoable: boolean): Resource[] =>
  [
    {
      ...{ apiVersion: "v1", kind: "ServiceAccount" },
      metadata: { name: `pystol-role-${name}`, namespace: "pystol-runs" },
    },
    {
      ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRole", metadata: { name } },
      spec: {
        ...{ collection: "acme.tests", role: "soak" },
        ...(isUndoable ? { phased: true, undoable: true } : {}),
      },
    },
  ] as Resource[];

/** The enabled namespace shop, a plain role and an undoable one. */
export const FIXTURES: readonly Resource[] = [
  {
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
  },
  ...roleNamed("plain", false),
  ...roleNamed("undoable", true),
];
