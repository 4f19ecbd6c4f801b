import { pathOf, type Resource } from "../../../kubernetes/resources.ts";
import { typeOf } from "../pystol-control-plane.ts";
import type { KubeletUnderTest } from "./kubelet-under-test.ts";
import { IDENTITY } from "./programs.ts";

/** What a pod needs to leave a trace when it is no longer in the API, and its own token void: the program ACTS_AT_LAST. */
export interface LastActor extends AsyncDisposable {
  /** Of the spec of its container. */
  readonly container: object;
  /** Resolves if it has left its trace; throws otherwise. */
  hasActed(): Promise<void>;
}

export async function lastActor(
  { client, namespace }: KubeletUnderTest,
  name: string,
): Promise<LastActor> {
  const trace = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } };
  const rbac = "rbac.authorization.k8s.io";
  const own = { name: "acts-at-last", namespace };
  const subject = { kind: "ServiceAccount", name: "default", namespace };
  const rights: object[] = [
    {
      ...{ apiVersion: `${rbac}/v1`, kind: "Role", metadata: own },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create"] }],
    },
    {
      ...{ apiVersion: `${rbac}/v1`, kind: "RoleBinding", metadata: own, subjects: [subject] },
      roleRef: { apiGroup: rbac, kind: "Role", name: own.name },
    },
  ];
  for (const object of rights)
    await client.apply(typeOf(object as Resource), object as Resource, {
      fieldManager: "kubelet-contract",
    });
  const account = typeOf({ apiVersion: "v1", kind: "ServiceAccount", metadata: own });
  const { status } = await client.request<{ status: { token: string } }>({
    method: "POST",
    path: pathOf(account, { namespace, name: "default", subresource: "token" }),
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  });
  const variables = { EFFECT: name, NAMESPACE: namespace, TOKEN: status.token };
  return {
    container: {
      env: [
        ...IDENTITY,
        ...Object.entries(variables).map(([key, value]) => ({ name: key, value })),
      ],
    },
    hasActed: async () => {
      await client.get(typeOf(trace), trace.metadata);
    },
    [Symbol.asyncDispose]: () =>
      client.delete(typeOf(trace), trace.metadata).catch(() => undefined),
  };
}
