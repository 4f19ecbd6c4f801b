import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  apiServerArguments,
  controllerManagerArguments,
  controlPlaneFiles,
} from "../../cluster/control-plane-flags.ts";
import { kubeconfigText } from "../../cluster/kubeconfig.ts";

const files = controlPlaneFiles("/tmp/cp");

describe("a control plane's flags", () => {
  it("turn features on and off in both servers", () => {
    const features = { SomeGate: true, OtherGate: false };
    const gates = "--feature-gates=SomeGate=true,OtherGate=false";
    expect(apiServerArguments(files, 6443, features)).toContain(gates);
    expect(controllerManagerArguments(files, features)).toContain(gates);
  });

  it("leave features at their defaults when none is named", () => {
    expect(apiServerArguments(files, 6443).join(" ")).not.toContain("feature-gates");
  });

  it("keep the API server to loopback, and controllers to accounts of their own", () => {
    expect(apiServerArguments(files, 6443)).toContain("--bind-address=127.0.0.1");
    expect(controllerManagerArguments(files)).toContain("--use-service-account-credentials=true");
  });
});

describe("a kubeconfig", () => {
  it("trusts the server's authority and no other", () => {
    const text = kubeconfigText({ server: "https://h:1", ca: "PEM", user: "admin", token: "t" });
    const [{ cluster }] = parse(text).clusters;
    expect(cluster).toEqual({
      server: "https://h:1",
      "certificate-authority-data": Buffer.from("PEM").toString("base64"),
    });
  });
});
