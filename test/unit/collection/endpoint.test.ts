import { describe, expect, test } from "vitest";
import { endpointFrom } from "../../../collection/modules/pingtest/endpoint.ts";

describe("an endpoint", () => {
  test.for([
    ["http://web.shop.svc", { kind: "http" }],
    ["https://example.org:8443/healthz?full=1", { kind: "http" }],
    ["tcp://db.shop.svc:5432", { kind: "tcp", host: "db.shop.svc", port: 5432 }],
    ["tcp://[::1]:80", { kind: "tcp", host: "::1", port: 80 }],
    ["icmp://10.0.0.1", { kind: "icmp", host: "10.0.0.1" }],
    ["icmp://[fd00::1]", { kind: "icmp", host: "fd00::1" }],
  ] as const)("is read from %s", ([name, endpoint]) => {
    expect(endpointFrom(name)).toMatchObject({ name, ...endpoint });
  });

  test.for([
    ["web", "is no URL"],
    ["ftp://web", "has the scheme ftp:"],
    ["tcp://web", "names no port"],
    ["icmp://", "names no host"],
    ["icmp://-f", "names no host"],
    ["icmp://a;id", "names no host"],
    ["icmp://$(id)", "names no host"],
    ["tcp://a b:1", ""],
  ] as const)("%s is refused: %s", ([name, reason]) => {
    expect(() => endpointFrom(name)).toThrow(reason);
  });

  test("with a password is refused without showing it", () => {
    const reason = (() => {
      try {
        endpointFrom("http://me:secret@web.shop.svc/");
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    })();
    expect(reason).toContain("web.shop.svc");
    expect(reason).not.toContain("secret");
  });
});
