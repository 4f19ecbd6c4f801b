import { Command, InvalidArgumentError } from "commander";
import { COMPETITORS, type CompetitorName } from "../../test/bench/competitors/all.ts";

export const PARTS = ["bursts", "restarts", "leaders", "kind"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  rounds: number;
  sideRounds: number;
  actions: number;
  inFlight: number;
  only: CompetitorName[];
  parts: Part[];
  finished: number;
  restarts: number;
  kills: number;
  /** The cluster of the figures that need kubelets; without it they are left out. */
  kind?: string;
  pairs: number;
  many: number;
  /** Where results.json goes. */
  out: string;
  /** Whether results.json keeps what it has of parts that are not measured now. */
  add: boolean;
  /** Whether docs/performance.md and its plots are written anew. */
  docs: boolean;
}

/** What `npm run bench` is to measure. */
export type Asked =
  | { what: "operator"; options: BenchOptions }
  | { what: "action"; options: { rounds: number; docs: boolean } }
  | { what: "board"; options: { rounds: number; docs: boolean } };

/** The options of `npm run bench -- WHAT`. Wrong ones end the process with a message and exit code 2, as with any command. */
export function parseOptions(argv: readonly string[]): Asked {
  let parsed: Asked | undefined;
  const program = new Command("npm run bench --").exitOverride((error) =>
    process.exit(error.exitCode === 0 ? 0 : 2),
  );
  program
    .command("operator")
    .description(
      "Measures the operator beside one on client-go, two obvious ones and a bare client, each on a fresh control plane; writes results.json, docs/performance.md and its plots.",
    )
    .option("--rounds <number>", "bursts of each", atLeastOne, 6)
    .option("--side-rounds <number>", "bursts of client-node and kopf", whole, 2)
    .option("--actions <number>", "actions in a burst", atLeastOne, 1000)
    .option("--in-flight <number>", "creations in flight", atLeastOne, 32)
    .option("--only <names>", `of ${COMPETITORS.join(", ")}`, oneOf(COMPETITORS), [...COMPETITORS])
    .option("--parts <names>", `of ${PARTS.join(", ")}`, oneOf(PARTS), [...PARTS])
    .option("--finished <number>", "finished actions at a restart", whole, 10_000)
    .option("--restarts <number>", "restarts of each, with and without them", atLeastOne, 4)
    .option("--kills <number>", "leaders that get SIGKILL, and twice as many SIGTERM", whole, 2)
    .option(
      "--kind <kubeconfig>",
      "measure on this cluster too, which npm start -- --keep has left; with --parts kind on nothing else",
    )
    .option("--pairs <number>", "there: actions measured against a bare Job each", atLeastOne, 10)
    .option("--many <number>", "there: how many at once", whole, 100)
    .option("--out <folder>", "where results.json goes", "out/bench")
    .option("--add", "keep what results.json has of other parts, such as from another run", false)
    .option("--no-docs", "leave docs/performance.md as it is")
    .action((options: BenchOptions) => {
      parsed = { what: "operator", options };
    });
  program
    .command("action")
    .description(
      "Measures one run of the GitHub Action on a new kind cluster beside the same steps by hand; writes its section of docs/performance.md.",
    )
    .option("--rounds <number>", "runs of each", atLeastOne, 3)
    .option("--no-docs", "leave docs/performance.md as it is")
    .action((options: { rounds: number; docs: boolean }) => {
      parsed = { what: "action", options };
    });
  program
    .command("board")
    .description(
      "Measures the badgeboard: collecting, building, reading and the page in Chromium; writes its section of docs/performance.md and its plots.",
    )
    .option("--rounds <number>", "of each", atLeastOne, 3)
    .option("--no-docs", "leave docs/performance.md as it is")
    .action((options: { rounds: number; docs: boolean }) => {
      parsed = { what: "board", options };
    });
  program.parse(argv, { from: "user" });
  return parsed ?? program.help();
}

function whole(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number.");
}

function atLeastOne(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 1.");
}

function oneOf<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) => {
    const names = text.split(",");
    const wrong = names.filter((name) => !known.some((one) => one === name));
    if (wrong.length === 0) return known.filter((one) => names.includes(one));
    throw new InvalidArgumentError(`"${wrong.join(",")}": expected some of ${known.join(",")}.`);
  };
}
