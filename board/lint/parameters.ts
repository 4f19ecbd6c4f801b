/** An address with one more parameter, or with another value for it; the rest stays as it is written. */
export function withParameter(address: string, name: string, value: string): string {
  const [, before = "", query = "", hash = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/su.exec(address) ?? [];
  const others = query
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && part.split("=")[0] !== name);
  return `${before}?${[...others, `${name}=${encodeURIComponent(value)}`].join("&")}${hash}`;
}

/** An address as output may show it: values of parameters that may be secrets are left out. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/([?&;][\w.-]*(?:token|key|secret|passw|auth|sig)[\w.-]*=)[^&\s"'<>)\]#]*/giu, "$1***")
    .replace(/(https?:\/\/)[^/\s"'<>()@]*@/giu, "$1***@");
}
