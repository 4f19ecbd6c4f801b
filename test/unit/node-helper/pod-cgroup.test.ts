import { describe, expect, test } from "vitest";
import { isOfPod, startTimeOf } from "../../../node-helper/pod-cgroup.ts";

const uid = "5cdf0bc1-a399-4304-a61a-f2ddedaf7e8a";
const slice = "pod5cdf0bc1_a399_4304_a61a_f2ddedaf7e8a.slice";

describe("a process belongs to a pod", () => {
  test.for([
    [
      "by a slice of systemd, in cgroup v2",
      `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-${slice}/cri-containerd-0c.scope\n`,
    ],
    ["by a slice of a guaranteed pod", `0::/kubepods.slice/kubepods-${slice}/crio-0c.scope\n`],
    [
      "by a folder of cgroupfs, in one of the hierarchies of cgroup v1",
      `12:cpuset:/\n9:memory:/kubepods/burstable/pod${uid}/0c0b\n1:name=systemd:/\n`,
    ],
    ["by a folder of cgroupfs, in cgroup v2", `0::/kubepods/besteffort/pod${uid}/0c0b\n`],
    [
      "seen from within another cgroup namespace",
      `0::/../../kubepods-besteffort-${slice}/cri-containerd-0c.scope\n`,
    ],
    ["by the pod's own cgroup", `0::/kubepods/besteffort/pod${uid}\n`],
  ] as const)("%s", ([_, text]) => {
    expect(isOfPod(text, uid)).toBe(true);
  });
});

describe("a process belongs to no pod, or to another", () => {
  test.for([
    ["of the node", "0::/init.scope\n", uid],
    ["of another pod", `0::/kubepods/pod${uid.replace("5", "6")}/0c0b\n`, uid],
    ["of a cgroup that only ends alike", `0::/kubepods/xpod${uid}/0c0b\n`, uid],
    ["of a cgroup that only begins alike", `0::/kubepods/pod${uid}-evil/0c0b\n`, uid],
    ["in the name of a hierarchy", `1:name=pod${uid}:/init.scope\n`, uid],
    ["for an empty UID", "0::/kubepods/pod/0c0b\n", ""],
    ["for a UID that is a pattern", `0::/kubepods/pod${uid}/0c0b\n`, ".*"],
  ] as const)("%s", ([_, text, asked]) => {
    expect(isOfPod(text, asked)).toBe(false);
  });
});

test("a process's start is found behind a program's name that looks like the fields after it", () => {
  const name = "(a) R 1 2 3) evil";
  const fields = Array.from({ length: 50 }, (_, index) => index + 4).join(" ");
  expect(startTimeOf(`77 (${name}) S ${fields}`)).toBe(22);
});
