import { type Command, Option } from "commander";
import type { BadgeConfig, BoardConfig } from "../config/config.ts";
import { describe } from "../explain/describe.ts";
import { drawBadge } from "../explain/draw-badge.ts";
import { type Explanation, explain } from "../explain/explain.ts";
import { readConfig } from "./files.ts";
import { allowPrivateHost } from "./options.ts";

interface Options {
  readonly allowPrivate: string[];
  readonly config?: string;
  readonly output: "text" | "json";
}

export function explainCommand(program: Command): void {
  program
    .command("explain")
    .description("Says what each badge means, which rule decided and how sure it is.")
    .argument("<source...>", "files or http(s) URLs")
    .addOption(allowPrivateHost())
    .option(
      "--config <file>",
      "reads each badge of this configuration as it says (map, thresholds, treatAs)",
    )
    .addOption(
      new Option("--output <form>", "text for people, or one JSON object a line")
        .choices(["text", "json"])
        .default("text"),
    )
    .action(async (sources: string[], { allowPrivate, config, output }: Options) => {
      const badges = config === undefined ? [] : badgesOf(await readConfig(config));
      for (const source of sources) {
        const how = badges.find(({ badge, twin }) => badge === source || twin === source);
        const { explanation, wasRead } = await explain(source, allowPrivate, how);
        console.log(output === "json" ? JSON.stringify(explanation) : textOf(explanation));
        if (!wasRead) process.exitCode = 1;
      }
    });
}

function badgesOf({ groups }: BoardConfig): readonly BadgeConfig[] {
  return groups.flatMap(({ badges }) => badges);
}

function textOf(explanation: Explanation): string {
  const bits = process.stdout.isTTY ? process.stdout.getColorDepth() : 1;
  return `${describe(explanation, drawBadge(explanation, bits))}\n`;
}
