// What bundles have in place of "undici": the one class that kubernetes/ uses, without fetch, caches, mocks and web sockets.
// Half of the bundle and of the time that a program takes to start go with the rest.
// @ts-expect-error: the types are those of the package as a whole
import Pool from "undici/lib/dispatcher/pool.js";

export { Pool };
