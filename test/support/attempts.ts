import { expect } from "vitest";
import { ApiError } from "../../kubernetes/errors.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/** A pod that the strictest pod security lets through. */
export const pod = (name: string, namespace: string) =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "a",
          image: "a",
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  }) as Resource;

/** What the API server says against a request; it fails on any other error. */
export const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => "it was allowed",
    (error) => {
      expect(error).toBeInstanceOf(ApiError);
      return error.message;
    },
  );
