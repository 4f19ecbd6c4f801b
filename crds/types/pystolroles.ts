// Generated from crds/pystolroles.yaml by "npm run generate". Do not edit.
export interface PystolRoleSpec {
  /**
   * What the role does, one or two sentences for the catalogue.
   */
  description?: string;
  /**
   * The Ansible collection that holds the role, as NAMESPACE.NAME.
   */
  collection: string;
  /**
   * The role's name within its collection.
   */
  role: string;
  /**
   * The runner image whose Ansible has the collection, best by digest. Without it, the operator's default runner image.
   */
  image?: string;
  /**
   * Where the collection comes from if the image lacks it. Exactly one of git and archive.
   */
  source?: {
    git?: {
      /**
       * An https URL of the repository.
       */
      url: string;
      /**
       * The full hash of the commit.
       */
      commit: string;
    };
    archive?: {
      /**
       * An https URL of the collection's archive.
       */
      url: string;
      /**
       * The archive's SHA-256 in hexadecimal.
       */
      sha256: string;
    };
  };
  /**
   * Whether the role has tasks/inject.yml and tasks/recover.yml.
   */
  phased?: boolean;
  /**
   * Whether the role itself may run in a dry run, under Ansible's check mode.
   */
  checkMode?: boolean;
  /**
   * Whether the role records an undo before each change.
   */
  undoable?: boolean;
  /**
   * Whether the role reports evidence of its effect. Without evidence a pass is shown as unverified.
   */
  verified?: boolean;
  /**
   * The kind of resource that the platform selects as targets. Without it the role takes no spec.target.
   */
  actsOn?: {
    /**
     * Group and version of the kind, for example apps/v1.
     */
    apiVersion: string;
    /**
     * The kind, for example Pod.
     */
    kind: string;
  };
  /**
   * Whether the role acts within the action's namespace or on resources of the cluster.
   */
  scope?: "Namespaced" | "Cluster";
  /**
   * The RBAC rules that the role needs in the target's namespace, and only those.
   *
   * @maxItems 32
   */
  rules?: {
    /**
     * @minItems 1
     * @maxItems 16
     */
    apiGroups: string[];
    /**
     * @minItems 1
     * @maxItems 32
     */
    resources: string[];
    /**
     * @minItems 1
     * @maxItems 16
     */
    verbs: string[];
    /**
     * @maxItems 64
     */
    resourceNames?: string[];
  }[];
  /**
   * The RBAC rules that a role of scope Cluster needs in the whole cluster, and only those. Reading beside the nodes it changes.
   *
   * @maxItems 16
   */
  clusterRules?: {
    /**
     * @minItems 1
     * @maxItems 16
     */
    apiGroups: string[];
    /**
     * @minItems 1
     * @maxItems 32
     */
    resources: string[];
    /**
     * @minItems 1
     * @maxItems 16
     */
    verbs: string[];
    /**
     * @maxItems 64
     */
    resourceNames?: string[];
  }[];
  /**
   * Actions of one family never hold one target at once. Without it, the PystolRole's name.
   */
  family?: string;
  /**
   * Whether the role needs a helper pod on its targets' nodes.
   */
  nodeAccess?: boolean;
  /**
   * JSON Schema of extraVars, from meta/argument_specs.yml. Without it the role takes no extraVars.
   */
  arguments?: {
    [k: string]: unknown | undefined;
  };
}
