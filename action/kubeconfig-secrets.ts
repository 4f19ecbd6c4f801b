import { parse } from "yaml";

const SECRET_FIELDS = ["client-key-data", "token", "password"] as const;

/** What a kubeconfig has that must be in no log. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
export function secretsOf(kubeconfig: string): string[] {
  const { users = [] } = (parse(kubeconfig) ?? {}) as { users?: { user?: object }[] };
  return users.flatMap(({ user = {} }) =>
    SECRET_FIELDS.flatMap((field) => {
      const value = (user as Record<string, unknown>)[field];
      return typeof value === "string" && value !== "" ? [value] : [];
    }),
  );
}
