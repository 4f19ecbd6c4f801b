import { expect, test } from "vitest";
import type { Client } from "../../../kubernetes/client.ts";
import { ApiError } from "../../../kubernetes/errors.ts";
import type { PystolRun } from "../../../kubernetes/resources.ts";
import { lockTargets } from "../../../runner/locks.ts";

const failure = (code: number, reason: string) =>
  new ApiError({
    ...{ method: "POST", path: "/leases", code },
    body: JSON.stringify({ kind: "Status", reason, message: reason }),
  });

test("a lock that its holder releases just when it is asked for is taken", async () => {
  let isHeld = true;
  let isTaken = false;
  // An API server on which the lock is there when it is made, and gone when it is read.
  const client = {
    create: async (_type: unknown, lease: unknown) => {
      if (isHeld) throw failure(409, "AlreadyExists");
      isTaken = true;
      return lease;
    },
    get: async () => {
      isHeld = false;
      throw failure(404, "NotFound");
    },
  } as unknown as Client;
  const run = {
    ...{ apiVersion: "pystol.org/v1alpha1", kind: "PystolRun" },
    metadata: { name: "pa-1", uid: "1" },
    spec: { role: { name: "tested" }, action: { namespace: "shop", name: "a", uid: "1" } },
  } as PystolRun;
  const target = { apiVersion: "v1", kind: "Pod", name: "web", uid: "u-1" };
  const patience = { deadlineMs: 0, now: () => 0 };
  expect(await lockTargets(client, run, [target], patience)).toEqual({ kind: "locked" });
  expect(isTaken).toBe(true);
});
