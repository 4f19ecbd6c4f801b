import { defineConfig } from "rolldown";

/**
 * The action: a program for each of its pieces, and what they share. As CommonJS, which starts faster (scripts/build/bundle.ts
 * says why), and in parts, so that what is needed only sometimes (artifacts, the cache, GitHub's API) is read only then. It needs
 * no node_modules. The images' bundles are made with their contexts, in scripts/build/.
 */
export default defineConfig({
  input: {
    index: "action/main.ts",
    setup: "action/setup/main.ts",
    run: "action/run/main.ts",
    report: "action/report/main.ts",
  },
  platform: "node",
  logLevel: "warn",
  output: {
    dir: "action/dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    minify: true,
    keepNames: true,
  },
});
