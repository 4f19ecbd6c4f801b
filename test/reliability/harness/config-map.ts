import type { Resource, ResourceType } from "../../../kubernetes/resources.ts";

export interface ConfigMap extends Resource {
  data?: Record<string, string>;
}

export const configMaps: ResourceType<ConfigMap> = {
  ...{ apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
};
