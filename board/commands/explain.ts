import type { Command } from "commander";
import { explain } from "../explain.ts";

export function explainCommand(program: Command): void {
  program
    .command("explain")
    .description("Says what each badge means and which rule decided, one JSON object a line.")
    .argument("<source...>", "files or http(s) URLs")
    .option(
      "--allow-private <host>",
      "a host (with or without :port) to which a redirect may lead although its address is private; repeatable",
      (host: string, hosts: string[]) => [...hosts, host],
      [],
    )
    .action(async (sources: string[], options: { allowPrivate: string[] }) => {
      for (const source of sources) {
        const { explanation, wasRead } = await explain(source, options.allowPrivate);
        console.log(JSON.stringify(explanation));
        if (!wasRead) process.exitCode = 1;
      }
    });
}
