import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type PystolAction, pystolActions, RUNS_NAMESPACE } from "../../kubernetes/resources.ts";
import { type Pod, pods } from "../../operator/workloads.ts";
import {
  CLOSED,
  killRunner,
  NO_DELETE,
  OPEN,
  removeNamespaces,
  type TruthWorld,
  truthWorld,
} from "./truth-world.ts";

const started = inject("started");
const why = started.skipReason ? ` (skipped: ${started.skipReason})` : "";
const victims = { target: { selector: { matchLabels: { app: "victim" } } } };

/** Each thing that is broken on purpose, with the verdict and the cause that must be told. All run at once. */
const broken: {
  name: string;
  what: string;
  spec: object;
  namespace?: string;
  verdict: string;
  says: RegExp;
}[] = [
  {
    name: "forbidden",
    what: "a service account without the right to delete",
    namespace: NO_DELETE,
    spec: { role: "killpods", ...victims },
    verdict: "Error",
    says: /cannot delete resource "pods"|forbidden/i,
  },
  {
    name: "no-pystol-role",
    what: "a PystolRole that does not exist",
    spec: { role: "no-such-role" },
    verdict: "Error",
    says: /no PystolRole "no-such-role"/,
  },
  {
    name: "no-role",
    what: "a role that its collection does not have",
    spec: { role: "acme-no-role" },
    verdict: "Error",
    says: /no_such_role/,
  },
  {
    name: "no-collection",
    what: "a collection that the image does not have",
    spec: { role: "acme-no-collection" },
    verdict: "Error",
    says: /nobody\.nothing/,
  },
  {
    name: "wrong-type",
    what: "extra vars of the wrong type",
    spec: { role: "killpods", ...victims, extraVars: { gracePeriodSeconds: "ten" } },
    verdict: "Error",
    says: /gracePeriodSeconds is "ten"; it must be integer/,
  },
  {
    name: "undeclared",
    what: "extra vars that are not declared",
    spec: { role: "killpods", ...victims, extraVars: { grace: 1 } },
    verdict: "Error",
    says: /extraVars\.grace is not declared/,
  },
  {
    name: "template",
    what: "a template and Ansible's own variables in extra vars",
    spec: {
      role: "pingtest",
      extraVars: {
        targets: ["{{ lookup('pipe', 'id') }}"],
        ansible_python_interpreter: "/bin/false",
      },
    },
    verdict: "Error",
    says: /ansible_python_interpreter is reserved/,
  },
  {
    name: "no-image",
    what: "an image that cannot be pulled",
    spec: { role: "acme-no-image", startDeadline: "60s" },
    verdict: "Error",
    says: /image localhost\/no-such-image:1/,
  },
  {
    name: "imitator",
    what: "a role whose output imitates a report",
    spec: { role: "acme-imitator" },
    verdict: "Failed",
    says: /The imitator failed/,
  },
  {
    name: "not-enabled",
    what: "a namespace that is not enabled",
    namespace: CLOSED,
    spec: { role: "killpods", ...victims },
    verdict: "Error",
    says: /e2e-closed is not enabled/,
  },
  {
    name: "no-targets",
    what: "a selector that matches nothing",
    spec: { role: "killpods", ...victims },
    verdict: "NoTargets",
    says: /matches nothing/,
  },
  {
    name: "unreachable",
    what: "an endpoint that does not answer",
    spec: {
      role: "pingtest",
      extraVars: { targets: ["tcp://nowhere.e2e-open.svc.cluster.local:1"], attempts: 2 },
    },
    verdict: "Failed",
    says: /nowhere/,
  },
  {
    name: "too-long",
    what: "a role that outlasts its timeout",
    spec: { role: "acme-sleepy", timeout: "10s" },
    verdict: "TimedOut",
    says: /10 s/,
  },
  {
    name: "stopped",
    what: "an action that is stopped while it runs",
    spec: { role: "acme-sleepy" },
    verdict: "Aborted",
    says: /spec\.stop/,
  },
];

describe.skipIf(started.skipReason)(`what is broken on purpose${why}`, () => {
  let world: TruthWorld;
  const actions = new Map<string, PystolAction>();
  const submitted = (name: string): PystolAction => {
    const action = actions.get(name);
    if (!action) throw new Error(`${name} was not submitted`);
    return action;
  };

  afterAll(() => removeNamespaces(world), 150_000);
  beforeAll(async () => {
    world = await truthWorld(started.kubeconfig);
    for (const { name, spec, namespace } of broken)
      actions.set(name, await world.submit(name, spec, namespace));
    actions.set("stranger", await world.submit("stranger", { role: "acme-plain" }));
    for (const name of ["pod-deleted", "killed"])
      actions.set(name, await world.submit(name, { role: "acme-sleepy" }));
    await world.runningPod(submitted("stopped"));
    const place = { namespace: OPEN, name: "stopped" };
    await world.client.mergePatch(pystolActions, place, { spec: { stop: true } });
  }, 600_000);

  test.each(broken)(
    "$what is $verdict, and the message names the cause",
    async ({ name, verdict, says }) => {
      const status = await world.finished(submitted(name));
      expect(status).toMatchObject({
        verdict,
        verified: false,
        message: expect.stringMatching(says),
      });
    },
  );

  test("a pod that is deleted while it runs is Aborted or an Error that says so, and is not started again", async () => {
    const pod = await world.runningPod(submitted("pod-deleted"));
    await world.client.delete(pods, { namespace: RUNS_NAMESPACE, name: pod.metadata.name });
    const status = await world.finished(submitted("pod-deleted"));
    expect(["Aborted", "Error"]).toContain(status.verdict);
    expect(status.message).toMatch(/SIGTERM|deleted/);
    await expectOnePod(submitted("pod-deleted"), pod);
  });

  test("a runner that is killed with SIGKILL is an Error that says so, and is not started again", async () => {
    const pod = await world.runningPod(submitted("killed"));
    await killRunner(world, pod);
    const status = await world.finished(submitted("killed"));
    expect(status).toMatchObject({ verdict: "Error", message: expect.stringMatching(/SIGKILL/) });
    await expectOnePod(submitted("killed"), pod);
  });

  test("a stranger's role, in an image FROM ours, passes as unverified", async () => {
    const status = await world.finished(submitted("stranger"));
    expect(status).toMatchObject({ verdict: "Passed", verified: false });
    expect(status.message).toMatch(/unverified|evidence/i);
  });

  test("a pod is pinged by ICMP from a runner without any capability", async () => {
    const place = { namespace: NO_DELETE, name: "victim" };
    const victim = await world.client.get<Pod & { status?: { podIP?: string } }>(pods, place);
    const extraVars = { targets: [`icmp://${victim.status?.podIP}`], attempts: 3 };
    const pinged = await world.submit("icmp", { role: "pingtest", extraVars });
    expect(await world.finished(pinged)).toMatchObject({
      verdict: "Passed",
      verified: true,
      targets: [{ outcome: "reachable", evidence: { sent: 3, received: 3 } }],
    });
  });

  test("a victim of what was forbidden still lives", async () => {
    await world.finished(submitted("forbidden"));
    const victim = await world.client.get(pods, { namespace: NO_DELETE, name: "victim" });
    expect(victim.metadata.deletionTimestamp).toBeUndefined();
  });

  async function expectOnePod(
    { metadata: { uid } }: PystolAction,
    { metadata: { name } }: Pod,
  ): Promise<void> {
    const query = { labelSelector: `pystol.org/action-uid=${uid}` };
    const { items } = await world.client.list(pods, { namespace: RUNS_NAMESPACE, query });
    expect(items.map(({ metadata }) => metadata.name).filter((other) => other !== name)).toEqual(
      [],
    );
  }
});
