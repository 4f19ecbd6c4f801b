import type { Target } from "../results/report.ts";

const LONGEST = 200; // characters

/**
 * What a target is called from run to run: "shop/Pod web-*", "Node worker", "Endpoint http://web.shop/". Results do not name a
 * pod's owner, so the part of its name that Kubernetes generates becomes a star. Undefined where a target has no name.
 */
export function targetName({ kind, namespace, name }: Target): string | undefined {
  if (name === undefined || name === "") return undefined;
  const stable = kind === "Pod" ? withoutGenerated(name) : withoutSecrets(name);
  const text = `${namespace ? `${namespace}/` : ""}${kind ? `${kind} ` : ""}${stable}`;
  return text.slice(0, LONGEST).toWellFormed();
}

/** Kubernetes' alphabet for names that it generates: no vowels, and no digit that looks like a letter (util/rand). */
const SAFE = "[bcdfghjklmnpqrstvwxz2456789]";
/** A Deployment's pods have a hash of up to ten characters and five random ones; those of other owners only the five. */
const OF_DEPLOYMENT = new RegExp(`-${SAFE}{6,10}-${SAFE}{5}$`, "u");
const OF_OTHERS = new RegExp(`-${SAFE}{5}$`, "u");

function withoutGenerated(name: string): string {
  const owner = OF_DEPLOYMENT.test(name)
    ? name.replace(OF_DEPLOYMENT, "")
    : name.replace(OF_OTHERS, "");
  return owner === name || owner === "" ? name : `${owner}-*`;
}

/** An endpoint's address without what may be secret. */
function withoutSecrets(name: string): string {
  if (!/^[a-z][a-z\d+.-]*:\/\//iu.test(name) || !URL.canParse(name)) return name;
  return name.replace(/[?#].*$/su, "").replace(/^([a-z][a-z\d+.-]*:\/\/)[^/]*@/iu, "$1");
}
