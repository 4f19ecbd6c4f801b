import type { PystolRun } from "../kubernetes/resources.ts";
import { POD_FINALIZER } from "./finalizers.ts";
import { podSpecFor } from "./pod-spec.ts";
import { labelsOf } from "./run.ts";
import { type Job, jobs } from "./workloads.ts";

/** After its own deadline the runner needs time to end the role and to report; then the kubelet, then the Job controller step in. */
const POD_MARGIN_SECONDS = 60;
const JOB_MARGIN_SECONDS = 120;
/** The longest that one recovery attempt may take. */
const ATTEMPT_SECONDS = 120;

/** What a Job needs of operator/settings.ts. */
export interface JobSettings {
  runnerImage: string;
  keepSeconds: number;
}

/**
 * The Job of a run: one pod, never a second one. With backoffLimit 0 and a podFailurePolicy that fails the Job on whatever
 * ends its pod, Kubernetes starts no other in its place. https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function jobFor(
  run: PystolRun,
  startDeadlineSeconds: number,
  settings: JobSettings = { runnerImage: run.spec.role.image, keepSeconds: 600 },
): Job {
  const deadline = startDeadlineSeconds + run.spec.timeoutSeconds;
  const spec = podSpecFor(run, {
    activeDeadlineSeconds: deadline + POD_MARGIN_SECONDS,
    fetchImage: settings.runnerImage,
  });
  return jobOf(run, run.metadata.name, {
    activeDeadlineSeconds: deadline + JOB_MARGIN_SECONDS,
    keepSeconds: settings.keepSeconds,
    podMetadata: { finalizers: [POD_FINALIZER] },
    spec,
  });
}

/** The Job of the `attempt`th recovery of a run. Its pod says nothing that is not in the run, so it has no finalizer. */
export function recoveryJobFor(run: PystolRun, attempt: number, settings: JobSettings): Job {
  const spec = podSpecFor(run, {
    activeDeadlineSeconds: ATTEMPT_SECONDS,
    fetchImage: settings.runnerImage,
    attempt,
  });
  return jobOf(run, `${run.metadata.name}-r${attempt}`, {
    activeDeadlineSeconds: ATTEMPT_SECONDS + POD_MARGIN_SECONDS,
    keepSeconds: settings.keepSeconds,
    podMetadata: {},
    spec,
  });
}

/**
 * Which recovery attempt of a run a Job's or pod's name tells; none for those of the runner, whose pod's name ends in five random
 * characters that may be an r and four digits.
 */
export function attemptOf(name: string, runName: string): number | undefined {
  const found = /^-r(\d{1,3})(-|$)/.exec(name.slice(runName.length));
  return name.startsWith(runName) && found ? Number(found[1]) : undefined;
}

function jobOf(
  run: PystolRun,
  name: string,
  parts: {
    activeDeadlineSeconds: number;
    keepSeconds: number;
    podMetadata: { finalizers?: string[] };
    spec: unknown;
  },
): Job {
  const { namespace, finalizers } = run.metadata;
  const labels = labelsOf(run.spec.action);
  // A run that is deleted in the foreground takes along whatever it owns, also the Job that would undo.
  const isOwner = !finalizers?.includes("foregroundDeletion");
  return {
    apiVersion: jobs.apiVersion,
    kind: jobs.kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      labels,
      ...(isOwner ? { ownerReferences: [ownerOf(run)] } : {}),
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      activeDeadlineSeconds: parts.activeDeadlineSeconds,
      ttlSecondsAfterFinished: parts.keepSeconds,
      podReplacementPolicy: "Failed",
      podFailurePolicy: {
        rules: [
          { action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          {
            action: "FailJob",
            onExitCodes: { containerName: "runner", operator: "NotIn", values: [0] },
          },
        ],
      },
      template: { metadata: { labels, ...parts.podMetadata }, spec: parts.spec },
    },
  };
}

function ownerOf(run: PystolRun) {
  const { name, uid = "" } = run.metadata;
  const { apiVersion, kind } = run;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}
