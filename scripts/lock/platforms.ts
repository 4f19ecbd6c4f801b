/** The part of package-lock.json that is read and written here. https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
export interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export type LockEntries = Record<string, LockEntry>;

const OS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
  "aix",
];
const CPU = [
  "arm64",
  "arm",
  "armv7",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
  "wasm32",
];

/**
 * The entries that a lock lacks: packages for other platforms, which npm leaves out where the registry at hand does not have
 * them, and without which `npm ci` refuses the lock everywhere. Each gets the exact version that its dependent names, and the
 * platform that its own name tells, so that it is fetched only there.
 */
export function missingPlatforms(entries: LockEntries): LockEntries {
  const missing: LockEntries = {};
  for (const [place, entry] of Object.entries(entries)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (find(entries, place, name)?.version === version) continue;
      const platform = platformOf(name);
      if (!platform || !/^\d+\.\d+\.\d+/.test(version)) continue;
      const sibling = `${place.slice(0, place.lastIndexOf("node_modules/"))}node_modules/${name}`;
      missing[entries[sibling] ? `${place}/node_modules/${name}` : sibling] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platform,
      };
    }
  }
  return missing;
}

/** What Node.js would find for `name` from the package at `place`: in its own node_modules or in one above it. */
function find(entries: LockEntries, place: string, name: string): LockEntry | undefined {
  let folder = place;
  for (;;) {
    const found = entries[folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`];
    if (found || !folder) return found;
    folder = folder.slice(0, Math.max(folder.lastIndexOf("node_modules/") - 1, 0));
  }
}

function platformOf(name: string): Pick<LockEntry, "os" | "cpu"> | undefined {
  const words = name.split(/[-/]/);
  const os = OS.find((one) => words.includes(one));
  const cpu = CPU.find((one) => words.includes(one));
  if (!os && cpu !== "wasm32") return undefined;
  return {
    ...(cpu ? { cpu: [cpu === "armv7" ? "arm" : cpu] } : {}),
    ...(os ? { os: [os] } : {}),
  };
}
