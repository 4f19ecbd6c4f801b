import type { PystolActionStatus } from "../../crds/types/pystolactions.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import { type PystolAction, pystolActions } from "../../kubernetes/resources.ts";
import type { PystolControlPlane } from "./pystol-control-plane.ts";

/** Writes a status into the action that is being played. */
export type WriteStatus = (status: PystolActionStatus) => Promise<unknown>;

/**
 * Plays the operator, under its account: calls `play` once for each action that is created from now on. For tests of what watches actions, where
 * the real one, with a pod for each action, cannot run.
 */
export async function playOperator(
  world: PystolControlPlane,
  play: (action: PystolAction, write: WriteStatus) => Promise<unknown>,
): Promise<AsyncDisposable> {
  const client = await world.clientOf({ namespace: "pystol-system", name: "pystol-operator" });
  const known = new Set<string>();
  const played: Promise<unknown>[] = [];
  let isFirstList = true;
  const end = new AbortController();
  const reflector = new Reflector(client, pystolActions, {
    onChange: (key) => {
      const action = reflector.get(key);
      const uid = action?.metadata.uid;
      if (!action || !uid || known.has(uid)) return;
      known.add(uid);
      if (isFirstList) return; // left over from an earlier test
      const { namespace, name } = action.metadata;
      const place = { namespace, name, subresource: "status" };
      const write: WriteStatus = (status) => client.mergePatch(pystolActions, place, { status });
      played.push(play(action, write));
    },
  });
  const running = reflector.run(end.signal);
  await reflector.synced;
  isFirstList = false;
  return {
    [Symbol.asyncDispose]: async () => {
      end.abort();
      await Promise.all([running, ...played]);
    },
  };
}
