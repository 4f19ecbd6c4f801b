import { describe, expect, test } from "vitest";
import { cidrsFrom } from "../../../node-helper/network.ts";
import { parsePartition } from "../../../node-helper/partition.ts";

const good = { direction: "both", peers: ["10.0.0.7"], protocol: "any" };

describe("the networks of a list of addresses", () => {
  test.for([
    ["an address, as one of its own", ["10.0.0.7"], ["10.0.0.7/32"]],
    ["a CIDR without its host bits", ["10.1.2.3/20"], ["10.1.0.0/20"]],
    ["everything", ["0.0.0.0/0", "::/0"], ["0.0.0.0/0", "::/0"]],
    ["a prefix within a byte", ["192.168.255.255/29"], ["192.168.255.248/29"]],
    ["IPv6 without its host bits", ["fd00::1:2:3/64"], ["fd00::/64"]],
    ["the same twice, once", ["10.0.0.7", "10.0.0.7/32"], ["10.0.0.7/32"]],
    [
      "what lies within another, not at all",
      ["10.9.0.1", "10.0.0.0/8", "10.1.0.0/16"],
      ["10.0.0.0/8"],
    ],
    ["neighbours, both", ["10.0.0.0/9", "10.128.0.0/9"], ["10.0.0.0/9", "10.128.0.0/9"]],
    ["IPv4 before IPv6", ["fd00::1", "10.0.0.1"], ["10.0.0.1/32", "fd00::1/128"]],
  ] as const)("has %s", ([_, texts, expected]) => {
    const networks = cidrsFrom(texts);
    expect(Array.isArray(networks) ? networks.map(({ text }) => text) : networks).toEqual(expected);
  });

  test.for([
    "10.0.0.7; flush ruleset",
    "10.0.0.7 } accept",
    "10.0.0.7\nflush ruleset",
    "@armed",
    "localhost",
    "010.0.0.1",
    "0x7f000001",
    "10.1",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/08",
    "10.0.0.0/",
    "fd00::/129",
    "fe80::1%eth0",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "",
    7,
    null,
    ["10.0.0.1"],
  ])("refuses %j", (text) => {
    expect(cidrsFrom(["10.0.0.1", text])).toMatch(/is no IP address or CIDR/);
  });
});

describe("the partition that an order asks for", () => {
  test("has its ports once each and in order, and waits for no packet unless asked", () => {
    expect(parsePartition({ ...good, protocol: "tcp", ports: [443, 80, 443] })).toEqual({
      direction: "both",
      peers: [{ version: 4, text: "10.0.0.7/32" }],
      ports: [80, 443],
      protocol: "tcp",
      watchSeconds: 0,
    });
  });

  test.for([
    ["no object", "flush ruleset", /args is/],
    ["a list", [], /args is/],
    ["an unknown argument", { ...good, table: "nat" }, /"table"/],
    ["another direction", { ...good, direction: "both; drop" }, /args\.direction/],
    ["another protocol", { ...good, protocol: "tcp accept" }, /args\.protocol/],
    ["no peers", { ...good, peers: [] }, /args\.peers/],
    ["peers that are no list", { ...good, peers: "0.0.0.0/0" }, /args\.peers/],
    ["a peer that is no address", { ...good, peers: ["evil"] }, /args\.peers: "evil"/],
    ["too many peers", { ...good, peers: Array(1001).fill("10.0.0.1") }, /args\.peers/],
    ["a port as text", { ...good, ports: ["80 } accept"] }, /args\.ports/],
    ["port 0", { ...good, ports: [0] }, /args\.ports/],
    ["port 65536", { ...good, ports: [65536] }, /args\.ports/],
    ["half a port", { ...good, ports: [80.5] }, /args\.ports/],
    ["ports of ICMP", { ...good, protocol: "icmp", ports: [80] }, /icmp has no ports/],
    ["a long wait", { ...good, watchSeconds: 31 }, /args\.watchSeconds/],
    ["a wait without a number", { ...good, watchSeconds: Number.NaN }, /args\.watchSeconds/],
  ] as const)("is refused with %s", ([_, args, problem]) => {
    expect(parsePartition(args)).toMatch(problem);
  });
});
