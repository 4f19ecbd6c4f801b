import { afterAll, beforeAll, expect, test } from "vitest";
import { hasReason } from "../../../kubernetes/errors.ts";
import { type PystolAction, pystolActions } from "../../../kubernetes/resources.ts";
import { type Event, events } from "../../../operator/events/event.ts";
import { type ApiProxy, startApiProxy } from "../../support/api-proxy/api-proxy.ts";
import { PASS } from "../../support/api-proxy/fate.ts";
import { startOperator } from "../../support/operator-process.ts";
import { type OperatorWorld, startOperatorWorld } from "../../support/operator-world.ts";
import { claim, report, runOf, writeStatus } from "../../support/played-runner.ts";
import { eventually } from "../../support/pystol-control-plane.ts";

let world: OperatorWorld;
let proxy: ApiProxy;
beforeAll(async () => {
  world = await startOperatorWorld();
  proxy = await startApiProxy(world.world.controlPlane);
  await world.operator[Symbol.asyncDispose]();
  world.operator = await startOperator(world.world, { server: proxy.server });
}, 300_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

const isGone = (name: string) =>
  world.get(name).then(
    () => false,
    (error) => hasReason(error, "NotFound"),
  );
const eventOf = (uid: string) =>
  world.world.client.get<Event>(events, { namespace: "shop", name: `pa-${uid}.ended` });

async function pass(name: string, spec: Partial<PystolAction["spec"]>): Promise<string> {
  const uid = await world.submit(name, spec);
  const { run, pod } = await runOf(world.world, uid);
  await claim(world.world, run, pod);
  await writeStatus(world.world, run, pod, { report: report() });
  return uid;
}

test("a verdict that was stored while its answer was lost is told of, and its action has its time to live", async () => {
  let cuts = 0;
  proxy.decide = ({ label }) => {
    if (label !== "PATCH pystolactions/status phase=Complete" || cuts > 0) return PASS;
    cuts += 1;
    return { kind: "after", cut: "reset" };
  };
  const uid = await pass("answer-lost", { ttlSecondsAfterFinished: 5 });
  await world.finished("answer-lost");
  expect(cuts).toBe(1);
  await eventually(async () => expect((await eventOf(uid)).reason).toBe("Passed"));
  await eventually(async () => {
    expect(await isGone("answer-lost"), world.operator.log().slice(-1500)).toBe(true);
  });
});

test("actions that finished while nobody led are swept up when their time to live is over", async () => {
  await world.operator.kill();
  proxy.decide = () => PASS;
  const operator = await world.world.clientOf({
    namespace: "pystol-system",
    name: "pystol-operator",
  });
  const finish = async (name: string, spec: Partial<PystolAction["spec"]>) => {
    await world.submit(name, spec);
    const completionTime = new Date(Date.now() - 60_000).toISOString();
    const status = { phase: "Complete", verdict: "Passed", message: "Done.", completionTime };
    const place = { namespace: "shop", name, subresource: "status" };
    await operator.mergePatch(pystolActions, place, { status });
  };
  await finish("old-mortal", { ttlSecondsAfterFinished: 1 });
  await finish("old-kept", {});
  world.operator = await startOperator(world.world, { server: proxy.server });
  await eventually(async () => {
    expect(await isGone("old-mortal"), world.operator.log().slice(-1500)).toBe(true);
  });
  expect((await world.get("old-kept")).status?.verdict).toBe("Passed");
});
