import type { State } from "../state.ts";

/**
 * Fills that stand for one state and no other, of services known to draw their words as paths or to
 * leave them out. Missing on purpose: shields' "green" (#97ca00 is also Gitea's "unknown"), every
 * yellow, orange and grey: they stand for several states each.
 */
const PALETTE: ReadonlyArray<readonly [string, State, string]> = [
  ["#44cc11", "passing", "shields.io before 2026"],
  ["#44bb00", "passing", "shields.io"],
  ["#e05d44", "failing", "shields.io before 2026"],
  ["#dd4343", "failing", "shields.io"],
  ["#33cc11", "passing", "badgen"],
  ["#ee4433", "failing", "badgen"],
  ["#34d058", "passing", "GitHub Actions"],
  ["#28a745", "passing", "GitHub Actions"],
  ["#d73a49", "failing", "GitHub Actions"],
  ["#cb2431", "failing", "GitHub Actions"],
  ["#239922", "passing", "CircleCI"],
  ["#f24646", "failing", "CircleCI"],
  ["#4ec820", "passing", "Azure Pipelines"],
  ["#f34235", "failing", "Azure Pipelines"],
  ["#0fc389", "passing", "Bitrise"],
  ["#ff4400", "failing", "Bitrise"],
  ["#2c995d", "passing", "CodeShip"],
  ["#b13b39", "failing", "CodeShip"],
  ["#0e6e70", "running", "CodeShip"],
  ["#0f4a21", "passing", "Netlify"],
  ["#800a20", "failing", "Netlify"],
  ["#603408", "running", "Netlify"],
  ["#181a1c", "cancelled", "Netlify"],
  ["#19a974", "passing", "Semaphore"],
  ["#e53935", "failing", "Semaphore, Codefresh"],
  ["#e42522", "failing", "Semaphore"],
  ["#1abc9c", "passing", "Codefresh"],
  ["#29be4c", "passing", "SonarQube's gate"],
  ["#d92d20", "failing", "SonarQube's gate"],
  ["#40cc11", "passing", "Gatus"],
  ["#c7130a", "failing", "Gatus"],
];

export interface KnownColor {
  readonly state: State;
  readonly service: string;
}

const known: ReadonlyMap<string, KnownColor> = new Map(
  PALETTE.map(([hex, state, service]) => [hex, { state, service }]),
);

/** The one state that a fill, as `#rrggbb`, stands for, where it is exactly a known one. */
export function knownColor(hex: string): KnownColor | undefined {
  return known.get(hex);
}
