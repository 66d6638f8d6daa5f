/** How sources and packages become JavaScript for Node: for the functions, and for the package that users install. */
import type { BuildOptions } from 'esbuild';

/** Packages that are not written as modules ask for `require`. */
const banner = `const require = (await import('node:module')).createRequire(import.meta.url);`;

export const forNode = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  // Written as modules, packages lose what is not used.
  mainFields: ['module', 'main'],
  banner: { js: banner },
  logLevel: 'silent',
} as const satisfies BuildOptions;
