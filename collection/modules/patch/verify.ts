import { essenceOf } from "./essence.ts";
import { placesNotInForce } from "./in-force.ts";
import type { Objects } from "./objects.ts";
import { named, placesText } from "./places.ts";
import type { Order } from "./request.ts";
import { restorationOf } from "./restoration.ts";

/** What is wrong with each object, one sentence each: while the fault is held, or when it is over. */
export async function problemsSeen(
  objects: Objects,
  { orders, phase }: { orders: readonly Order[]; phase: "injected" | "recovered" },
): Promise<string[]> {
  const all = await Promise.all(
    orders.map(async ({ target, change }) => {
      const current = await objects.read(target);
      if (!current) return phase === "injected" ? [`${named(target)} is gone.`] : [];
      const essence = essenceOf(current);
      if (phase === "injected") {
        const lost = placesNotInForce(essence, change);
        return lost.length === 0
          ? []
          : [`${named(target)} no longer has what the patch changed: ${placesText(lost)}.`];
      }
      const { restored: left } = restorationOf(essence, change);
      return left.length === 0
        ? []
        : [`${named(target)} still has what the patch changed: ${placesText(left)}.`];
    }),
  );
  return all.flat();
}
