import { ArgumentReader, isText } from "../ansible/arguments.ts";

export interface TargetPod {
  namespace: string;
  name: string;
  uid: string;
}

export interface KillRequest {
  namespace: string;
  targets: TargetPod[];
  gracePeriodSeconds: number | undefined;
  waitForReplacement: boolean;
  replacementTimeoutMs: number;
  /** When the run ends, in ms since 1970. */
  deadline: number | undefined;
}

/** @throws ArgumentError */
export function killRequestFrom(fields: Readonly<Record<string, unknown>>): KillRequest {
  const reader = new ArgumentReader(fields);
  const expected = "with name, namespace and uid";
  const targets = reader.required("targets", reader.list("targets", expected, isTarget));
  const gracePeriodSeconds = reader.number("gracePeriodSeconds", { minimum: 0, maximum: 3600 });
  const waitForReplacement = reader.boolean("waitForReplacement") ?? true;
  const range = { minimum: 1, maximum: 86_400 };
  const timeoutSeconds = reader.number("replacementTimeoutSeconds", range) ?? 120;
  const deadline = reader.text("deadline");
  reader.check();
  const [first] = targets;
  if (!first) throw new Error("targets is empty: there is no pod to kill.");
  const { namespace } = first;
  const elsewhere = targets.find((target) => target.namespace !== namespace);
  if (elsewhere) {
    throw new Error(
      `targets are in two namespaces, ${namespace} and ${elsewhere.namespace}; expected one.`,
    );
  }
  const deadlineMs = deadline === undefined ? undefined : Date.parse(deadline);
  if (Number.isNaN(deadlineMs))
    throw new Error(`deadline is ${deadline}; expected a time, for example 2026-01-31T12:00:00Z.`);
  return {
    namespace,
    targets,
    gracePeriodSeconds,
    waitForReplacement,
    replacementTimeoutMs: timeoutSeconds * 1000,
    deadline: deadlineMs,
  };
}

function isTarget(item: unknown): item is TargetPod {
  if (typeof item !== "object" || item === null) return false;
  const { name, namespace, uid } = item as Record<string, unknown>;
  return isText(name) && isText(namespace) && isText(uid);
}
