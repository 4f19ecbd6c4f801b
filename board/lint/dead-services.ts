/** Services that ended: what their addresses look like (host and path together), and what to tell. */
const DEAD: ReadonlyArray<readonly [RegExp, string]> = [
  // https://github.com/alanshaw/david/issues/182
  [
    /^(?:status\.)?david-dm\.org\/|^img\.shields\.io\/david\//u,
    "david-dm.org has been down since 2022",
  ],
  // https://docs.cloudbees.com/docs/cloudbees-codeship/latest/r1-codeship-retirement/
  [/(?:^|\.)codeship\.(?:com|io)\//u, "CodeShip ended on 2026-01-31"],
  [/^(?:badges\.)?greenkeeper\.io\//u, "Greenkeeper ended in 2020"],
  [/^(?:www\.)?gemnasium\.com\//u, "Gemnasium ended in 2018"],
  [/^(?:www\.)?lgtm\.com\/|^img\.shields\.io\/lgtm\//u, "LGTM.com ended in 2022"],
  [/^requires\.io\//u, "requires.io has ended"],
  [/^landscape\.io\//u, "landscape.io has ended"],
  [/^api\.shippable\.com\/|^img\.shields\.io\/shippable\//u, "Shippable ended in 2021"],
  [/^app\.wercker\.com\//u, "Wercker ended in 2022"],
  [/^(?:badge\.)?waffle\.io\//u, "Waffle.io ended in 2019"],
  [/^(?:www\.)?versioneye\.com\//u, "VersionEye has ended"],
  [/^snap-ci\.com\//u, "Snap CI ended in 2017"],
  [/^api\.dependabot\.com\/badges\//u, "Dependabot's badges ended when it became part of GitHub"],
  [/^(?:cdn\.)?rawgit\.com\//u, "RawGit has ended"],
];

/** Why a badge or link is dead, or undefined for one that is not known to be. */
export function deathOf(url: URL): string | undefined {
  const place = `${url.hostname}${url.pathname}`;
  return DEAD.find(([pattern]) => pattern.test(place))?.[1];
}
