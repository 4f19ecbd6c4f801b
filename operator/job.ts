import type { PystolRun } from "../kubernetes/resources.ts";
import { labelsOf } from "./run.ts";
import { type Job, jobs } from "./workloads.ts";

/** Keeps the pod, and with it the termination message, until the verdict is stored. */
export const POD_FINALIZER = "pystol.org/report";

/** After its own deadline the runner needs time to end the role and to report; then the kubelet, then the Job controller step in. */
const POD_MARGIN_SECONDS = 60;
const JOB_MARGIN_SECONDS = 120;
const GRACE_SECONDS = 30;

/** The service account in pystol-runs that has a role's rights. */
export function serviceAccountOf(roleName: string): string {
  return `pystol-role-${roleName}`;
}

/**
 * The Job of a run: one pod, never a second one. With backoffLimit 0 and a podFailurePolicy that fails the Job on whatever
 * ends its pod, Kubernetes starts no other in its place. https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function jobFor(run: PystolRun, startDeadlineSeconds: number): Job {
  const { name, namespace, uid } = run.metadata;
  const labels = labelsOf(run.spec.action);
  const deadline = startDeadlineSeconds + run.spec.timeoutSeconds;
  return {
    apiVersion: jobs.apiVersion,
    kind: jobs.kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      labels,
      ownerReferences: [
        {
          apiVersion: run.apiVersion,
          kind: run.kind,
          name,
          uid: uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      activeDeadlineSeconds: deadline + JOB_MARGIN_SECONDS,
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
      template: {
        metadata: { labels, finalizers: [POD_FINALIZER] },
        spec: podSpec(run, deadline),
      },
    },
  };
}

function podSpec(run: PystolRun, deadlineSeconds: number): unknown {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  return {
    serviceAccountName: serviceAccountOf(run.spec.role.name),
    restartPolicy: "Never",
    activeDeadlineSeconds: deadlineSeconds + POD_MARGIN_SECONDS,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
      // lets ping work without a capability
      sysctls: [{ name: "net.ipv4.ping_group_range", value: "0 2147483647" }],
    },
    containers: [
      {
        name: "runner",
        image: run.spec.role.image,
        imagePullPolicy: "IfNotPresent",
        terminationMessagePolicy: "File",
        env: [
          { name: "PYSTOL_RUN", value: run.metadata.name },
          { name: "PYSTOL_POD_NAME", ...field("metadata.name") },
          { name: "PYSTOL_POD_UID", ...field("metadata.uid") },
          { name: "HOME", value: "/tmp" },
        ],
        resources: {
          requests: { cpu: "50m", memory: "96Mi" },
          limits: { memory: "512Mi" },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }],
  };
}
