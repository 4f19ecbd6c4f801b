import { defineConfig } from "rolldown";

/** The action as one file that needs no node_modules. The images' bundles are made with their contexts, in scripts/build/. */
export default defineConfig({
  input: "action/main.ts",
  platform: "node",
  output: { file: "action/dist/index.js", format: "esm", codeSplitting: false },
});
