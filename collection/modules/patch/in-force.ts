import type { Change } from "./change.ts";
import { restorationOf } from "./restoration.ts";

/**
 * Where a change is not in force in what is there now: undone already, or overwritten by somebody else. None means that all of
 * it is.
 */
export function placesNotInForce(current: unknown, change: Change): string[] {
  // Seen from the change that undoes it: what that would have to do again, and what fits neither.
  const { restored, conflicts } = restorationOf(current, reversed(change));
  return [...restored, ...conflicts];
}

function reversed(change: Change): Change {
  switch (change.kind) {
    case "value":
      return {
        kind: "value",
        ...("is" in change ? { was: change.is } : {}),
        ...("was" in change ? { is: change.was } : {}),
      };
    case "fields":
      return { kind: "fields", fields: allReversed(change.fields), ...absenceReversed(change) };
    case "elements": {
      const { key, order } = change;
      const elements = allReversed(change.elements);
      return { kind: "elements", key, order, elements, ...absenceReversed(change) };
    }
  }
}

function allReversed(changes: Readonly<Record<string, Change>>): Record<string, Change> {
  return Object.fromEntries(Object.entries(changes).map(([name, each]) => [name, reversed(each)]));
}

function absenceReversed({ wasAbsent, isAbsent }: { wasAbsent?: true; isAbsent?: true }) {
  return {
    ...(isAbsent ? { wasAbsent: true as const } : {}),
    ...(wasAbsent ? { isAbsent: true as const } : {}),
  };
}
