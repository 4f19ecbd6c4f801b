import type { FileCache } from "../client/kind/obtain.ts";

/** GitHub's cache of the repository, where the runner offers one. Its library is loaded when it is asked. */
export function crossRunCache(
  environment: Readonly<Record<string, string | undefined>>,
): FileCache | undefined {
  // The second version alone: the first has been switched off. https://github.com/actions/toolkit/discussions/1890
  if (!environment.ACTIONS_CACHE_SERVICE_V2 || !environment.ACTIONS_RUNTIME_TOKEN) return undefined;
  return {
    restore: async (paths, key) => {
      const { restoreCache } = await import("@actions/cache");
      return (await restoreCache(paths, key)) !== undefined;
    },
    save: async (paths, key) => {
      const { saveCache } = await import("@actions/cache");
      await saveCache(paths, key);
    },
  };
}
