import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Partition, parsePartition } from "../../../node-helper/partition.ts";
import { removalText, rulesetText, tableOf } from "../../../node-helper/ruleset.ts";

const table = "pystol_0123456789abcdef";

function rules(args: Record<string, unknown>): string[] {
  const partition = parsePartition({ direction: "ingress", protocol: "any", ...args }) as Partition;
  const marker = " meta nfproto @armed counter ";
  return rulesetText(table, { partition, holdSeconds: 60 })
    .split("\n")
    .filter((line) => line.includes(marker))
    .map((line) => line.replace(marker, " counter ").split(" ").slice(4).join(" "));
}

describe("the ruleset", () => {
  test.for([
    [
      "everything from one peer",
      { peers: ["10.0.0.7"] },
      ['ingress ip saddr { 10.0.0.7/32 } counter name "ingress" drop'],
    ],
    [
      "what goes to a peer",
      { peers: ["10.0.0.7"], direction: "egress" },
      ['egress ip daddr { 10.0.0.7/32 } counter name "egress" drop'],
    ],
    [
      "both ways and both versions",
      { peers: ["10.0.0.0/8", "fd00::/8"], direction: "both" },
      [
        'ingress ip saddr { 10.0.0.0/8 } counter name "ingress" drop',
        'ingress ip6 saddr { fd00::/8 } counter name "ingress" drop',
        'egress ip daddr { 10.0.0.0/8 } counter name "egress" drop',
        'egress ip6 daddr { fd00::/8 } counter name "egress" drop',
      ],
    ],
    [
      "one protocol",
      { peers: ["10.0.0.7"], protocol: "udp" },
      ['ingress ip saddr { 10.0.0.7/32 } meta l4proto udp counter name "ingress" drop'],
    ],
    [
      "ports of one protocol",
      { peers: ["10.0.0.7"], protocol: "tcp", ports: [80, 443] },
      [
        'ingress ip saddr { 10.0.0.7/32 } meta l4proto tcp th dport { 80, 443 } counter name "ingress" drop',
      ],
    ],
    [
      "ports of any protocol that has some",
      { peers: ["10.0.0.7"], ports: [53] },
      [
        'ingress ip saddr { 10.0.0.7/32 } meta l4proto { tcp, udp } th dport { 53 } counter name "ingress" drop',
      ],
    ],
    [
      "ICMP by its two names",
      { peers: ["10.0.0.7", "fd00::1"], protocol: "icmp" },
      [
        'ingress ip saddr { 10.0.0.7/32 } meta l4proto icmp counter name "ingress" drop',
        'ingress ip6 saddr { fd00::1/128 } meta l4proto ipv6-icmp counter name "ingress" drop',
      ],
    ],
  ] as const)("drops %s, while it is armed", ([_, args, expected]) => {
    expect(rules(args)).toEqual(expected);
  });

  test("arms the timer before anything can be dropped, and fails where the table exists", () => {
    const partition = parsePartition({ direction: "both", protocol: "any", peers: ["10.0.0.7"] });
    const lines = rulesetText(table, { partition: partition as Partition, holdSeconds: 90 }).split(
      "\n",
    );
    expect(lines.slice(0, 3)).toEqual([
      `create table inet ${table}`,
      `add set inet ${table} armed { typeof meta nfproto; flags timeout; }`,
      `add element inet ${table} armed { ipv4 timeout 90s, ipv6 timeout 90s }`,
    ]);
  });

  test("never drops what a pod sends to itself, nor what finds neighbours", () => {
    const partition = parsePartition({ direction: "both", protocol: "any", peers: ["0.0.0.0/0"] });
    const text = rulesetText(table, { partition: partition as Partition, holdSeconds: 1 });
    for (const chain of ["ingress", "egress"]) {
      const name = chain === "ingress" ? "iifname" : "oifname";
      const own = text.indexOf(`${chain} ${name} "lo" accept`);
      const neighbours = text.indexOf(`${chain} icmpv6 type { nd-router-solicit`);
      const drop = text.indexOf(`${chain} ip saddr`.replace("egress ip saddr", "egress ip daddr"));
      expect(own).toBeGreaterThan(0);
      expect(neighbours).toBeGreaterThan(own);
      expect(drop).toBeGreaterThan(neighbours);
    }
  });

  test("has nothing of any text that came in, whatever it is", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "10.0.0.1; flush ruleset",
        '10.0.0.1/8 } ; include "/etc/passwd"',
        "::1",
        "10.0.0.0/8",
      ),
    );
    const args = fc.record({
      direction: fc.oneof(fc.constantFrom("ingress", "egress", "both"), text),
      protocol: fc.oneof(fc.constantFrom("tcp", "udp", "any"), text),
      peers: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), text), { minLength: 1, maxLength: 4 }),
      ports: fc.array(fc.oneof(fc.nat(70_000), text), { maxLength: 3 }),
    });
    const words = /^[a-z0-9_{}@".,;:/ \-\n]*$/;
    const known =
      /^(create table|add (set|element|counter|chain|rule)) inet pystol_0123456789abcdef( |$)/;
    fc.assert(
      fc.property(args, (given) => {
        const partition = parsePartition(given);
        if (typeof partition === "string") return;
        const made = rulesetText(table, { partition, holdSeconds: 1 });
        expect(made).toMatch(words);
        for (const line of made.trim().split("\n")) expect(line).toMatch(known);
        expect(made).not.toMatch(/flush|include/);
      }),
      { numRuns: 300 },
    );
  });

  test("is removed without an error where it is not there", () => {
    expect(removalText(table)).toBe(`add table inet ${table}\ndelete table inet ${table}\n`);
  });
});

describe("a table's name", () => {
  test("is the same for the same order, and another for another run or target", () => {
    const one = tableOf("pa-1", "NetworkPartition/u1");
    expect(one).toMatch(/^pystol_[0-9a-f]{16}$/);
    expect(tableOf("pa-1", "NetworkPartition/u1")).toBe(one);
    expect(tableOf("pa-2", "NetworkPartition/u1")).not.toBe(one);
    expect(tableOf("pa-1", "NetworkPartition/u2")).not.toBe(one);
  });
});
