import { Command, InvalidArgumentError } from "commander";

export interface StartOptions {
  /** The cluster to use; without both, one is made. */
  kubeconfig?: string;
  context?: string;
  port: number;
  serve: boolean;
  keep: boolean;
  operatorImage?: string;
  runnerImage?: string;
}

/** The options of `npm start`. Wrong ones end the process with a message and exit code 2, as with any command. */
export function parseOptions(argv: readonly string[]): StartOptions {
  const command = new Command("npm start --")
    .description("Makes a cluster, runs faults in it and shows the board.")
    .option("--kubeconfig <file>", "use the cluster of this kubeconfig instead of making one")
    .option("--context <name>", "use this context of the kubeconfig")
    .option("--operator-image <image>", "for a given cluster: an image that it can pull")
    .option("--runner-image <image>", "for a given cluster: an image that it can pull")
    .option("--port <number>", "where the board is served, on 127.0.0.1", port, 8080)
    .option("--no-serve", "end when the board is built")
    .option("--keep", "leave the cluster, and what is in it", false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  return command.parse(argv, { from: "user" }).opts<StartOptions>();
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError("expected a whole number from 0 to 65535.");
}
