import { CI_PROVIDERS } from "./ci.ts";
import { CLOUD_PROVIDERS } from "./cloud.ts";
import type { Provider } from "./provider.ts";
import { QUALITY_PROVIDERS } from "./quality.ts";

/** Every service that is known by its badges' addresses; the first that fits is meant. */
export const PROVIDERS: readonly Provider[] = [
  ...CI_PROVIDERS,
  ...CLOUD_PROVIDERS,
  ...QUALITY_PROVIDERS,
];

/** The service that an address belongs to, by its host and path, where it is one that we know. */
export function providerAt(url: URL): Provider | undefined {
  const place = `${url.host}${url.pathname}`.toLowerCase();
  return PROVIDERS.find(({ at }) => at.test(place));
}
