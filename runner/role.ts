import { join } from "node:path";
import { runAnsible } from "./ansible.ts";
import { isCollectionThere } from "./collections.ts";
import { conversation } from "./conversation.ts";
import type { EventLog, Statistics } from "./events.ts";
import type { EvidenceMessage } from "./evidence.ts";
import { Evidence } from "./evidence.ts";
import { playbookFor } from "./playbook.ts";
import type { Patience } from "./retried.ts";
import { serveRole } from "./role-socket.ts";
import type { RoleCall, RoleResult } from "./run.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunWatch } from "./run-watch.ts";
import { outcomeOf } from "./verdict.ts";

export interface RoleParts {
  log: EventLog;
  record: RunRecord;
  watch: RunWatch;
  patience: Patience;
  /** A folder of this run alone, that exists. */
  work: string;
  /** The folder of keeper.py and of the callback plugin. */
  plugins: string;
  environment: Readonly<Record<string, string | undefined>>;
  graceMs: number;
  now: () => Date;
}

/** Runs a plain role of a collection once, and collects its evidence. */
export async function runRole(parts: RoleParts, call: RoleCall): Promise<RoleResult> {
  const { log, now, environment, work } = parts;
  const { spec } = call.run;
  const evidence = new Evidence(call.targets);
  const times: { injectedTime?: string; recoveredTime?: string } = {};
  const socket = join(work, "role.sock");
  const takeEvidence = (message: EvidenceMessage) => {
    const problem = evidence.add(message);
    if (problem !== undefined) return problem;
    log.add({ event: "evidence", ...message });
    const isNew = {
      injectedTime: !times.injectedTime && evidence.hasAll("injected"),
      recoveredTime: !times.recoveredTime && evidence.hasAll("recovered"),
    };
    for (const mark of ["injectedTime", "recoveredTime"] as const) {
      if (isNew[mark]) times[mark] = now().toISOString();
    }
    // For those who wait for the fault to be active; the report says it again, so a failure here loses nothing.
    if (isNew.injectedTime || isNew.recoveredTime)
      void parts.record.store(times).catch(() => undefined);
    return undefined;
  };
  const talk = conversation({
    ...{ record: parts.record, watch: parts.watch, log, patience: parts.patience },
    takeEvidence,
    whyNoUndo: () =>
      spec.role.undoable
        ? undefined
        : `the PystolRole ${spec.role.name} does not say undoable, so that nobody would undo it`,
    hasSecret: () => false,
    signal: call.signal,
  });
  const server = await serveRole(socket, talk);
  const result = await runAnsible({
    playbook: playbookFor(spec.role),
    variables: {
      ...spec.extraVars,
      pystol_targets: call.targets,
      pystol_namespace: spec.action.namespace,
      pystol_seed: call.seed,
      pystol_deadline: call.deadline.toISOString(),
    },
    ...{ work, plugins: parts.plugins, environment, socket },
    signal: call.signal,
    graceMs: parts.graceMs,
    onEvent: (event) => log.add({ ...event }),
    onOutput: (stream, text) => log.add({ event: "output", stream, text }),
  }).finally(() => server.close());
  const outcome = outcomeOf({
    role: `${spec.role.collection}.${spec.role.role}`,
    image: spec.role.image,
    isCollectionThere: await isCollectionThere(spec.role.collection, environment),
    ...result,
  });
  const statistics = result.events.find(
    (event): event is Statistics => event.event === "statistics",
  );
  return {
    outcome,
    evidence,
    results: statistics?.results ?? {},
    injectedTime: times.injectedTime,
    recoveredTime: times.recoveredTime,
  };
}
