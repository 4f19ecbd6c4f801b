import type { Resource, ResourceType } from "../kubernetes/resources.ts";

/** The ConfigMap in pystol-system that stops the whole platform, by data.stop "true". */
export const STOP_CONFIG_MAP = "pystol-stop";

export interface ConfigMap extends Resource {
  data?: Record<string, string>;
}

export const configMaps: ResourceType<ConfigMap> = {
  apiVersion: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
};

/** Whether nothing may start, and what runs has to recover. */
export function isStopSet(config: ConfigMap | undefined): boolean {
  return config?.data?.stop === "true";
}
