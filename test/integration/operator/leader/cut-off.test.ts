import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lease, leases } from "../../../../operator/leader/lease.ts";
import { type ApiProxy, startApiProxy } from "../../../support/api-proxy/api-proxy.ts";
import { CutHere, PASS } from "../../../support/api-proxy/fate.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import {
  eventually,
  type PystolControlPlane,
  startPystolControlPlane,
} from "../../../support/pystol-control-plane.ts";

const env = { PYSTOL_LEADER_ELECT: "true" };
const place = { namespace: "pystol-system", name: "pystol-operator" };
const LONGER_THAN_A_LEASE_MS = 45_000;

let world: PystolControlPlane;
let leader: OperatorProcess;
let standby: OperatorProcess;
/** Between each of them and the API server. */
let ofLeader: ApiProxy;
let ofStandby: ApiProxy;
beforeAll(async () => {
  world = await startPystolControlPlane();
  ofLeader = await startApiProxy(world.controlPlane);
  ofStandby = await startApiProxy(world.controlPlane);
  leader = await startOperator(world, { env, server: ofLeader.server });
  await eventually(() => expect(leads(leader)).toBe(true));
  standby = await startOperator(world, { env, server: ofStandby.server });
}, 300_000);
afterAll(async () => {
  await Promise.all([leader, standby].map((each) => each?.[Symbol.asyncDispose]()));
  await Promise.all([ofLeader, ofStandby].map((each) => each?.[Symbol.asyncDispose]()));
  await world?.[Symbol.asyncDispose]();
});

const leads = (operator: OperatorProcess) => operator.log().includes('"msg":"leading"');
const isOfLease = ({ path }: { path: string }) => path.includes("/leases");
const lease = (): Promise<Lease> => world.client.get(leases, place);

/** Until the Lease was renewed so many times more. */
async function renewals(count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const before = (await lease()).spec?.renewTime;
    await eventually(async () => expect((await lease()).spec?.renewTime).not.toBe(before));
  }
}

describe("a leader", () => {
  test("goes on when the answer to a renewal is lost, though the next is refused for its version", async () => {
    let lost = 0;
    ofLeader.decide = (request) => {
      if (request.method !== "PUT" || !isOfLease(request) || lost > 0) return PASS;
      lost++;
      return { kind: "after", cut: "reset" };
    };
    await eventually(() => expect(lost).toBe(1));
    await renewals(2);
    expect(leader.exitCode()).toBeNull();
    expect((await lease()).spec?.leaseTransitions).toBe(0);
  });

  test("stays when the standby's watch of the Lease has gone silent: it looks before it takes over", async () => {
    let looks = 0;
    ofStandby.decide = (request) => {
      if (!isOfLease(request)) return PASS;
      if (!request.isWatch) {
        looks++;
        return PASS;
      }
      return {
        kind: "changed",
        async *change(bytes) {
          let seen = 0;
          for await (const chunk of bytes) {
            if (seen++ > 0) throw new CutHere("silence");
            yield chunk;
          }
        },
      };
    };
    ofStandby.cutAll("reset");
    // After the cut, and after the Lease would have run out for whoever hears nothing.
    await eventually(() => expect(looks).toBeGreaterThan(1), LONGER_THAN_A_LEASE_MS);
    expect(leads(standby)).toBe(false);
    expect(leader.exitCode()).toBeNull();
    ofStandby.decide = () => PASS;
  });

  test("that reaches the API server no more has ended before another leads", async () => {
    let hasEndedBefore = false;
    ofLeader.decide = () => ({ kind: "before", cut: "silence" });
    ofLeader.cutAll("silence");
    await eventually(() => {
      hasEndedBefore = leader.exitCode() !== null;
      expect(leads(standby)).toBe(true);
    }, LONGER_THAN_A_LEASE_MS);
    expect(hasEndedBefore).toBe(true);
    expect(leader.exitCode()).toBe(1);
    expect(leader.log()).toMatch(/not renewed in time.*"leadership lost"/);
  });
});
