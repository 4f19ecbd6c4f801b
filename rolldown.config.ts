import { defineConfig } from "rolldown";

/** A program as one file that needs no node_modules. */
const program = (input: string, file: string) => ({
  input,
  platform: "node" as const,
  output: { file, format: "esm" as const, codeSplitting: false },
});

export default defineConfig([
  program("action/main.ts", "action/dist/index.js"),
  program("operator/main.ts", "operator/dist/main.js"),
  program("runner/main.ts", "runner/dist/main.js"),
]);
