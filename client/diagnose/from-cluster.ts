import { stringify } from "yaml";
import { hasReason } from "../../kubernetes/errors.ts";
import {
  ENABLED_LABEL,
  namespaces as namespaceType,
  type Resource,
} from "../../kubernetes/resources.ts";
import type { Bundle } from "./bundle.ts";
import { cleaned } from "./clean.ts";
import { describePod, eventLine, isHealthy, sortedEvents } from "./describe.ts";
import type { Seen } from "./findings.ts";
import { listed, logOf, type Reader } from "./reader.ts";
import {
  CLUSTER_TYPES,
  type Event,
  events,
  NAMESPACE_TYPES,
  type Pod,
  PYSTOL_NAMESPACES,
  pods,
} from "./types.ts";

const MOST_OBJECTS = 1000;
const MOST_EVENTS = 5000;
const MOST_NAMESPACES = 50;
/** Nodes have their events in "default". */
const ALWAYS = ["default", "kube-system", ...PYSTOL_NAMESPACES];
const AT_ONCE = 6;

/** Writes what the API server has: objects, events, what is said of broken pods, and logs. Returns what it saw. */
export async function fromCluster(
  reader: Reader,
  { bundle, namespaces }: { bundle: Bundle; namespaces: readonly string[] },
): Promise<Seen> {
  const objects: Resource[] = [];
  const allPods: Pod[] = [];
  const allEvents: Event[] = [];
  const all = await namespacesOf(reader, bundle, namespaces);
  const tasks = [
    ...CLUSTER_TYPES.map((type) => async () => {
      objects.push(...(await objectsOf(reader, bundle, { type })));
    }),
    ...all.flatMap((namespace) => [
      ...NAMESPACE_TYPES.map((type) => async () => {
        const found = await objectsOf(reader, bundle, { type, namespace });
        objects.push(...found);
        if (type.kind === pods.kind) allPods.push(...(found as Pod[]));
      }),
      async () => {
        allEvents.push(...(await eventsOf(reader, bundle, namespace)));
      },
    ]),
  ];
  await inTurns(reader, bundle, tasks);
  await logs(reader, bundle, { pods: allPods, events: allEvents });
  return { objects, pods: allPods, events: allEvents };
}

/** Those asked for, Pystol's own, and those that take part in faults. */
async function namespacesOf(
  reader: Reader,
  bundle: Bundle,
  asked: readonly string[],
): Promise<string[]> {
  const query = { labelSelector: `${ENABLED_LABEL}=true` };
  const enabled = await bundle.part("The namespaces that take part in faults", () =>
    listed(reader, namespaceType, { most: MOST_OBJECTS, query }),
  );
  const names = [...asked, ...ALWAYS, ...(enabled ?? []).map(({ metadata }) => metadata.name)];
  return [...new Set(names)].slice(0, MOST_NAMESPACES);
}

async function objectsOf(
  reader: Reader,
  bundle: Bundle,
  { type, namespace }: { type: (typeof NAMESPACE_TYPES)[number]; namespace?: string },
): Promise<Resource[]> {
  const where = namespace ? ` of ${namespace}` : "";
  const found = await bundle.part(`${type.plural}${where}`, async () => {
    const items = await served(() => listed(reader, type, { namespace, most: MOST_OBJECTS }));
    const keepsData = namespace !== undefined && PYSTOL_NAMESPACES.includes(namespace);
    const documents = items.map((item) =>
      stringify(cleaned(item, keepsData), { lineWidth: 0, aliasDuplicateObjects: false }),
    );
    const folder = namespace ? ["namespaces", namespace] : ["cluster"];
    await bundle.add([...folder, `${type.plural}.yaml`], documents.join("---\n"));
    return items;
  });
  return found ?? [];
}

/** Of a type that the server does not know there are none: a list of a known one is empty, and never NotFound. */
async function served<T>(list: () => Promise<T[]>): Promise<T[]> {
  try {
    return await list();
  } catch (error) {
    if (hasReason(error, "NotFound")) return [];
    throw error;
  }
}

async function eventsOf(reader: Reader, bundle: Bundle, namespace: string): Promise<Event[]> {
  const found = await bundle.part(`events of ${namespace}`, async () => {
    const items = await listed(reader, events, { namespace, most: MOST_EVENTS });
    const text = sortedEvents(items).map(eventLine).join("\n");
    await bundle.add(["namespaces", namespace, "events.txt"], text, "end");
    return items;
  });
  return found ?? [];
}

/** The logs of Pystol's own pods and of all that are not healthy, and what is said of the latter. */
async function logs(
  reader: Reader,
  bundle: Bundle,
  seen: { pods: readonly Pod[]; events: readonly Event[] },
): Promise<void> {
  const isOwn = ({ metadata }: Pod) => PYSTOL_NAMESPACES.includes(metadata.namespace ?? "");
  const wanted = seen.pods.filter((pod) => isOwn(pod) || !isHealthy(pod));
  const rank = (pod: Pod) => (isHealthy(pod) ? 1 : 0);
  const chosen = [...wanted]
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, bundle.limits.pods);
  if (chosen.length < wanted.length) {
    bundle.problems.push(`The logs of ${wanted.length - chosen.length} more pods are left out`);
  }
  const tasks = chosen.map((pod) => async () => {
    if (!isHealthy(pod)) {
      await bundle.add([...folderOf(pod), "describe.txt"], describePod(pod, seen.events));
    }
    await podLogs(reader, bundle, pod);
  });
  await inTurns(reader, bundle, tasks);
}

async function podLogs(reader: Reader, bundle: Bundle, pod: Pod): Promise<void> {
  const { namespace = "default", name } = pod.metadata;
  const { logLines: lines, fileBytes: bytes } = bundle.limits;
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  for (const { name: container, restartCount, state, lastState } of [
    ...initContainerStatuses,
    ...containerStatuses,
  ]) {
    const hasRun = state?.running || state?.terminated || lastState?.terminated;
    if (!hasRun) continue;
    for (const previous of restartCount > 0 && lastState?.terminated ? [false, true] : [false]) {
      const which = previous ? "previous log" : "log";
      await bundle.part(
        `The ${which} of ${namespace}/${name}, container ${container}`,
        async () => {
          const place = { namespace, pod: name, container, previous };
          const text = await logOf(reader, place, { lines, bytes });
          const file = previous ? `${container}.previous.log` : `${container}.log`;
          await bundle.add([...folderOf(pod), file], text, "end");
        },
      );
    }
  }
}

function folderOf({ metadata }: Pod): string[] {
  return ["namespaces", metadata.namespace ?? "default", "pods", metadata.name];
}

/** A few at once, until the signal is aborted; none of them throws. */
async function inTurns(
  { signal }: Reader,
  bundle: Bundle,
  tasks: readonly (() => Promise<void>)[],
): Promise<void> {
  const left = [...tasks];
  const work = async () => {
    while (!signal.aborted) {
      const task = left.shift();
      if (!task) return;
      await task();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (left.length > 0) bundle.problem(`${left.length} more parts of the cluster`, signal.reason);
}
