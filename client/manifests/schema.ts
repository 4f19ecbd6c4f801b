type Schema = Readonly<Record<string, unknown>>;

const NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"; // RFC 1123 subdomain, as Kubernetes names are
const NAMESPACE = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"; // RFC 1123 label

const texts = { type: "object", additionalProperties: { type: "string" } };
const metadata: Schema = {
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    name: { type: "string", maxLength: 253, pattern: NAME },
    namespace: { type: "string", maxLength: 63, pattern: NAMESPACE },
    labels: texts,
    annotations: texts,
  },
};

/**
 * The JSON Schema of a manifest, from a CRD's openAPIV3Schema: fields that the schema does not declare are refused (an API
 * server would drop them in silence), int-or-string is spelled out, and the status is not an author's to write.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function manifestSchema(openApiSchema: Schema): Schema {
  const { status: _, ...properties } = openApiSchema.properties as Schema;
  const converted = convert({ ...openApiSchema, properties }) as { properties: Schema };
  return {
    ...converted,
    required: ["apiVersion", "kind", "metadata", "spec"],
    properties: { ...converted.properties, metadata },
  };
}

function convert(schema: Schema): Schema {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith("x-kubernetes-") || keyword === "format" || keyword === "default")
      continue;
    result[keyword] = value;
  }
  if (schema["x-kubernetes-int-or-string"]) result.type = ["integer", "string"];
  if (schema.items) result.items = convert(schema.items as Schema);
  if (isSchema(schema.additionalProperties)) {
    result.additionalProperties = convert(schema.additionalProperties);
  }
  if (isSchema(schema.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, each]) => [name, convert(each as Schema)]),
    );
    if (!schema["x-kubernetes-preserve-unknown-fields"]) result.additionalProperties = false;
  }
  return result;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}
