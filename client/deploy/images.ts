import type { Resource } from "../../kubernetes/resources.ts";

/** The images that a deployment runs. */
export interface Images {
  operator: string;
  runner: string;
}

interface Container {
  image?: string;
  env?: { name: string; value?: string }[];
}

const OPERATOR_PLACEHOLDER = "pystol-operator";
const RUNNER_VARIABLE = "PYSTOL_RUNNER_IMAGE";

/**
 * The operator's Deployment with these images in place of the manifest's placeholders.
 *
 * @throws if the manifest has no such places, since the images would then be ignored.
 */
export function withImages(deployment: Resource, images: Images): Resource {
  const copy = structuredClone(deployment) as Resource & {
    spec: { template: { spec: { containers: Container[] } } };
  };
  const container = copy.spec.template.spec.containers.find(
    (each) => each.image === OPERATOR_PLACEHOLDER,
  );
  const variable = container?.env?.find(({ name }) => name === RUNNER_VARIABLE);
  if (!container || !variable) {
    throw new Error(
      `The Deployment ${deployment.metadata.name} has no container with the image ${OPERATOR_PLACEHOLDER} and the variable ${RUNNER_VARIABLE}.`,
    );
  }
  container.image = images.operator;
  variable.value = images.runner;
  return copy;
}
