import { join } from "node:path";
import type { BuildOptions, OutputOptions, Plugin } from "rolldown";

const ROOT = join(import.meta.dirname, "../..");

const POOL_ALONE: Plugin = {
  name: "undici-pool",
  resolveId: (source, importer) =>
    source === "undici" && importer?.startsWith(join(ROOT, "kubernetes/"))
      ? join(import.meta.dirname, "undici-pool.ts")
      : null,
};

/**
 * How every program of the images is bundled from `input`, a path from the root, so that it starts fast and takes little memory:
 *
 * - as CommonJS: Node.js tries that first for a .js file without a package.json, and an ES module's import of node:http reads all
 *   that it exports, for which Node.js loads the undici that it has inside;
 * - with undici's Pool alone, if nothing but kubernetes/ asks for undici;
 * - without blanks and comments, since Node.js keeps a program's source in memory; names stay, for stacks in logs.
 */
export function bundleOf(input: string, output: OutputOptions): BuildOptions {
  return {
    input: join(ROOT, input),
    platform: "node",
    logLevel: "warn",
    plugins: [POOL_ALONE],
    output: {
      format: "cjs",
      minify: { compress: true, mangle: false, codegen: true },
      ...output,
    },
  };
}
