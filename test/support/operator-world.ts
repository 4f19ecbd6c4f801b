import { type PystolAction, pystolActions, type Resource } from "../../kubernetes/resources.ts";
import { type OperatorProcess, startOperator } from "./operator-process.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
  typeOf,
} from "./pystol-control-plane.ts";

/** A control plane with the operator, the role killpods, the enabled namespace shop and the other one, closed. */
export class OperatorWorld implements AsyncDisposable {
  readonly world: PystolControlPlane;
  operator: OperatorProcess;

  constructor(world: PystolControlPlane, operator: OperatorProcess) {
    this.world = world;
    this.operator = operator;
  }

  /** Creates an action of killpods, changed by `spec`, and returns its UID. */
  async submit(
    name: string,
    spec: Partial<PystolAction["spec"]> = {},
    namespace = "shop",
  ): Promise<string> {
    const made = await this.world.client.create(pystolActions, {
      apiVersion: "pystol.org/v1alpha1",
      kind: "PystolAction",
      metadata: { name, namespace },
      spec: { role: "killpods", target: { selector: { matchLabels: { app: "web" } } }, ...spec },
    });
    return made.metadata.uid ?? "";
  }

  get(name: string, namespace = "shop"): Promise<PystolAction> {
    return this.world.client.get(pystolActions, { namespace, name });
  }

  /** The status of an action once it has its verdict. */
  finished(name: string, namespace = "shop"): Promise<NonNullable<PystolAction["status"]>> {
    return eventually(async () => {
      const { status } = await this.get(name, namespace);
      if (status?.verdict) return status;
      throw new Error(
        `no verdict yet: ${JSON.stringify(status)}\n${this.operator.log().slice(-2000)}`,
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.operator[Symbol.asyncDispose]();
    await this.world[Symbol.asyncDispose]();
  }
}

export async function startOperatorWorld(
  options?: Parameters<typeof startOperator>[1],
): Promise<OperatorWorld> {
  const world = await startPystolControlPlane();
  for (const object of fixtures) {
    await world.client.apply(typeOf(object), object, { fieldManager: "test" });
  }
  return new OperatorWorld(world, await startOperator(world, options));
}

const fixtures = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", labels: { "pystol.org/enabled": "true" } },
  },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "closed" } },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "pystol-role-killpods", namespace: "pystol-runs" },
  },
  {
    apiVersion: "pystol.org/v1alpha1",
    kind: "PystolRole",
    metadata: { name: "killpods" },
    spec: {
      collection: "pystol.actions",
      role: "killpods",
      verified: true,
      actsOn: { apiVersion: "v1", kind: "Pod" },
      arguments: {
        type: "object",
        properties: { gracePeriodSeconds: { type: "integer", minimum: 0 } },
      },
    },
  },
] as Resource[];
