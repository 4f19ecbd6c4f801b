import { expect, test } from "vitest";
import { passingFailure } from "../../../../client/kind/create-failure.ts";

const pull = 'ERROR: failed to create cluster: failed to pull image "kindest/node:v1": ';

test.each([
  ["a slow registry", `${pull}net/http: TLS handshake timeout`, "a connection timed out"],
  ["a slow network", `${pull}dial tcp 1.2.3.4:443: i/o timeout`, "a connection timed out"],
  ["a cut", `${pull}read tcp: connection reset by peer`, "a connection was cut"],
  ["a limit", `${pull}toomanyrequests: You have reached your limit`, "a registry asked to wait"],
  ["an overloaded registry", `${pull}503 Service Unavailable`, "a registry had an error"],
  ["a name server", `${pull}Temporary failure in name resolution`, "name could not be resolved"],
  ["systemd", 'could not find a log line that matches "Reached target"', "systemd did not come up"],
  [
    "a drawn port",
    "Bind for 127.0.0.1:41233 failed: port is already allocated",
    "a port was taken",
  ],
])("%s may pass", (_what, output, reason) => {
  expect(passingFailure(output, false)).toContain(reason);
});

test.each([
  ["nothing at all", ""],
  ["a full disk", `${pull}net/http: TLS handshake timeout\nno space left on device`],
  ["an image that does not exist", `${pull}i/o timeout\nmanifest unknown`],
  ["an image that is not ours", `${pull}pull access denied; i/o timeout`],
  ["a limit of the machine", "too many open files\ncould not find a log line that matches"],
  ["a configuration", "ERROR: unable to decode config: i/o timeout"],
  [
    "a kubelet that does not start",
    "ERROR: failed to init node with kubeadm\ndial tcp 10.0.0.2:6443: i/o timeout",
  ],
])("%s is not tried again", (_what, output) => {
  expect(passingFailure(output, false)).toBeUndefined();
});

test("a port that the configuration names stays taken", () => {
  expect(passingFailure("port is already allocated", true)).toBeUndefined();
  expect(passingFailure("i/o timeout", true)).toBeDefined();
});
